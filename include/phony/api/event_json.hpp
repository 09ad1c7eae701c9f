#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/event.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Events as viewers of `/events/ws` and the history read them.
///
///     {"type":"transcript","callSid":"CA123","speaker":"caller","text":"Hello",
///      "timestamp":"2024-01-01T00:00:00.000Z","seq":3}
namespace phony::api {

/// What the hub adds to an event. Borrows the call SID.
struct EventStamp {
    std::string_view call_sid;
    std::uint64_t seq = 0;  ///< rises by one per call
    WallTime timestamp;     ///< as the call's clock has it
    TimePoint at{};         ///< the same moment
};

/// "transcript", "assistant_token", …
std::string_view type_of(const call::Event& event);

/// Appends one JSON object. Made by hand: `assistant_token` comes once per model read of every
/// call.
void append_event(std::string& out, const EventStamp& stamp, const call::Event& event);

/// Only the members of a `latency` event, `turn` to `failed`, into an object that was begun.
void append_latency(std::string& out, const call::Latency& latency);

std::string event_json(const EventStamp& stamp, const call::Event& event);

/// What a replay begins with when some of the events that a viewer missed are not kept any more:
///
///     {"type":"truncated","callSid":"CA123","firstSeq":501,"missed":496}
std::string truncated_message(std::string_view call_sid,
                              std::uint64_t first_seq,
                              std::uint64_t missed);

}  // namespace phony::api
