#pragma once

#include <phony/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What a viewer of `/events/ws` asks for, in the query of the socket's URL or in its first
/// message:
///
///     /events/ws?callSid=CA123&since=5               {"callSid":"CA123","since":5}
///     /events/ws?callSid=*&tokens=1                  {"callSid":"*","tokens":true}
namespace phony::api {

/// The callSid of those who watch every call.
inline constexpr std::string_view all_calls = "*";

struct EventSubscription {
    std::string call_sid;     ///< or all_calls
    std::uint64_t since = 0;  ///< the last event that the viewer has seen
    bool tokens = true;       ///< whether it wants `assistant_token`; of all calls it must say so

    bool everywhere() const { return call_sid == all_calls; }
    friend bool operator==(const EventSubscription&, const EventSubscription&) = default;
};

/// From a URL's query, decoded; a parameter that is empty is one that is missing.
///
/// Errors (websocket_error, with the field): no callSid, or one that is not usable; `since` that is
/// no number, or given for all calls; `tokens` that is neither 0 nor 1.
Result<EventSubscription> parse_subscription(std::string_view call_sid,
                                             std::string_view since,
                                             std::string_view tokens);

/// From a viewer's first message. Unknown members are skipped. The same errors, and one for what is
/// no JSON object.
Result<EventSubscription> parse_subscription_message(std::string_view text);

}  // namespace phony::api
