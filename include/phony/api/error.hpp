#pragma once

#include <phony/base/result.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace phony::api {

/// How an error looks over HTTP: one row of the only table that knows.
struct ErrorRow {
    unsigned status;           ///< 404
    std::string_view code;     ///< "CALL_NOT_FOUND"
    std::string_view message;  ///< "No such call"
};

/// The row of an error; an internal error's for success and for codes that are not ours.
ErrorRow describe(const boost::system::error_code& code) noexcept;

/// Further members of `details`, beside `field` and `reason`.
using Details = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The body of every refusal, in the reference's shape:
///
///     error_body({errc::invalid_request, "callSid is missing", "callSid"})
///     {"error":{"code":"INVALID_REQUEST","message":"Invalid request: callSid is missing",
///               "details":{"field":"callSid","reason":"callSid is missing"}}}
///
/// `details` is always an object; `field`, `reason` and `code` (another server's number, such as
/// Twilio's 20404) are there when the error has them.
std::string error_body(const Error& error, Details details = {});

}  // namespace phony::api
