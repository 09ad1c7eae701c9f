#pragma once

#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <optional>
#include <string>
#include <string_view>

/// How a dashboard stays signed in: a cookie whose value says who it is and until when, signed with
/// that supervisor's token. Nothing is kept on our side, so any process with the same tokens
/// accepts it, and a token that is changed ends its sessions.
///
///     POST /session   {"token":"…"}
///     Set-Cookie: phony_session=1763830800.616461.5f2b…; HttpOnly; SameSite=Strict; Path=/; …
namespace phony::api {

/// The body of a sign-in: the token. Errors (invalid_request, with the field).
Result<std::string> parse_sign_in(std::string_view body);

/// `secret` is the supervisor's token; the value's characters may stand in a cookie.
std::string session_value(std::string_view supervisor, WallTime expires, std::string_view secret);

/// What a cookie claims; true only if is_signed_with().
struct SessionClaim {
    std::string supervisor;
    WallTime expires;
    std::string value;  ///< the whole of it

    /// How long it takes does not tell how much of a signature was right.
    bool is_signed_with(std::string_view secret) const;
};
std::optional<SessionClaim> parse_session(std::string_view value);

/// The first cookie of this name in a Cookie header; empty when there is none.
std::string_view find_cookie(std::string_view header, std::string_view name);

}  // namespace phony::api
