#pragma once

#include <phony/base/result.hpp>

#include <string>
#include <string_view>

namespace phony::api {

/// 1 to 128 letters, digits and `_ - . : =`: the reference's "CA123", Twilio's "CA" and 32 hex
/// digits, Telnyx's "v3:…". Everything that passes may stand in URLs, logs and metrics without
/// escaping.
bool is_call_sid(std::string_view text) noexcept;

/// Which call a relay socket belongs to. Its callSid may stand in the first frame, in the query of
/// the socket's URL and in the TwiML's `<Parameter name="callSid">`; one usable place is enough,
/// and empty or unusable ones do not count.
///
/// Errors (websocket_error): none is usable, or two disagree. The socket is then closed with 1008.
Result<std::string> resolve_call_sid(std::string_view in_frame,
                                     std::string_view in_query,
                                     std::string_view in_parameter);

}  // namespace phony::api
