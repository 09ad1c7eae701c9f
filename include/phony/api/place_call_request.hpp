#pragma once

#include <phony/base/result.hpp>
#include <phony/call/outbound_call.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The body of POST /calls, and what it is answered with.
///
///     {"to":"+15551234567","from":"+18578167225","consent":true,
///      "consentedBy":"Jane Doe, form of 3 May","timeout":30,
///      "machineDetection":"Enable","machineDetectionTimeout":20,"onMachine":"hang_up"}
///
///     {"status":"success","message":"Calling +15551234567","callSid":"CA…","state":"dialing"}
namespace phony::api {

/// Bytes of `consentedBy`.
inline constexpr std::size_t longest_consent = 200;

/// Checks a body completely. `caller_id` is what is called from where the body names no number; it
/// may be empty.
///
/// `machineDetection` has Twilio's values: Enable, DetectMessageEnd. `onMachine` is hang_up or
/// continue; where it is missing, a machine is hung up on, unless the end of its greeting is waited
/// for, which one does to leave a message.
///
/// Errors (invalid_request, with the field): not a JSON object, a number that is missing or not
/// E.164 (spaces, dashes, dots and parentheses are allowed), `consent` other than true, a value or
/// a number of seconds that Twilio does not take, `onMachine` or `machineDetectionTimeout` without
/// `machineDetection`.
Result<call::OutboundCall> parse_place_call(std::string_view body, std::string_view caller_id);

/// The body that answers an order which the network has accepted.
std::string placed_body(const call::OutboundCall& order, std::string_view call_sid);

/// What the audit keeps of it: "+15551234567 from +18578167225, consent: Jane Doe, form of 3 May".
std::string audit_value(const call::OutboundCall& order);

}  // namespace phony::api
