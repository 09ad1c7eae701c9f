#pragma once

#include <phony/call/outbound_call.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Calls that are placed through Twilio's REST API (2010-04-01, Calls), and what Twilio's webhooks
/// say of them. https://www.twilio.com/docs/voice/api/call-resource
///
///     POST /2010-04-01/Accounts/AC…/Calls.json
///     To=%2B15551234567&From=%2B18578167225&Url=https%3A%2F%2F…%2Fstart_call&Method=POST&…
namespace phony::twilio {

inline constexpr std::string_view start_path = "/start_call";
inline constexpr std::string_view status_path = "/call_status";

/// A query parameter of the address that answers a call: what is done with a machine. It is part of
/// the address, so that whichever process is asked knows it.
inline constexpr std::string_view on_machine_parameter = "onMachine";
inline constexpr std::string_view hang_up_on_machine = "hang_up";

/// The form of the request. Twilio asks our webhooks under `public_url` what follows, and tells
/// them how it goes.
std::string place_call_form(const call::OutboundCall& order, std::string_view public_url);

/// A webhook's `CallStatus`; nothing when it is unknown.
std::optional<call::LineReport> parse_call_status(std::string_view status);

/// Whether `AnsweredBy` names a machine or a fax. Nobody is taken for one because Twilio was not
/// sure (`unknown`).
bool is_machine(std::string_view answered_by);
bool is_fax(std::string_view answered_by);

/// What Twilio's commonest refusals of a call mean, for a person: "the number called is not valid".
/// Empty for all others. https://www.twilio.com/docs/api/errors
std::string_view meaning_of_refusal(long code);

}  // namespace phony::twilio
