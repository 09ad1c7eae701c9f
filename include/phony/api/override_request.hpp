#pragma once

#include <phony/base/result.hpp>
#include <phony/call/input.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// What a supervisor orders: the bodies of POST /override/{text,dtmf,end,transfer,clarification}.
///
///     {"callSid":"CA123456789","text":"Hello, this is a supervisor message"}
///     {"callSid":"CA123456789","digit":"1"}
///     {"callSid":"CA123456789"}
///     {"callSid":"CA123456789","target":"+15559999999"}
///     {"callSid":"CA123456789","response":"The customer's account number is 12345"}
namespace phony::api {

enum class OverrideAction { text, dtmf, end, transfer, clarification };
std::string_view name_of(OverrideAction action);

struct OverrideRequest {
    std::string call_sid;
    call::Override order;
};

/// Bytes of a text or an answer; several minutes of speech.
inline constexpr std::size_t longest_override_text = 4000;

/// Checks a body completely, before anyone looks for the call.
///
/// Errors (invalid_request, with the field): not a JSON object, a field that is missing or has the
/// wrong type, a digit other than one of 0-9 * #, a target that is not E.164 (spaces, dashes, dots
/// and parentheses are allowed), a text that is blank or longer than `longest_override_text`.
Result<OverrideRequest> parse_override(OverrideAction action, std::string_view body);

/// The body that answers an order which the call has accepted, in the reference's words:
/// {"status":"success","message":"Call ended"}
std::string override_success_body(const call::Override& order);

}  // namespace phony::api
