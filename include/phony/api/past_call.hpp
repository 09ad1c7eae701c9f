#pragma once

#include <phony/api/call_state.hpp>
#include <phony/api/history_query.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/call/event.hpp>

#include <optional>
#include <string>
#include <vector>

/// What the history tells of calls: `GET /calls/{callSid}` and `GET /history`.
namespace phony::api {

/// What is kept of a call beside its state, each in the order of the call.
struct CallDetails {
    struct Command {
        WallTime timestamp;
        std::string command;
        std::string value;
        std::string rejected;  ///< why; empty: it was carried out
    };
    /// A supervisor's attempt to step in.
    struct Override {
        WallTime timestamp;
        std::string supervisor;
        std::string peer;  ///< the address it came from
        std::string action;
        std::string value;
        std::string outcome;  ///< "accepted", or the CODE of the refusal
        std::string reason;   ///< of the refusal, if there was one
    };
    struct Key {
        WallTime timestamp;
        std::string digit;
    };
    struct TurnLatency {
        WallTime timestamp;
        call::Latency latency;
    };

    std::vector<Command> commands;
    std::vector<Override> overrides;
    std::vector<Key> keys;
    std::vector<TurnLatency> latencies;
};

/// The object of a call's state and transcript, and behind these
///
///     "commands":[{"timestamp":"…","command":"press","value":"1","rejected":null}],
///     "overrides":[{"timestamp":"…","supervisor":"ann","peer":"10.0.0.7","action":"text",
///                   "value":"Hello","outcome":"accepted","reason":""}],
///     "keys":[{"timestamp":"…","digit":"5"}],
///     "latencies":[{"timestamp":"…","turn":1,"transcript_to_gpt_ms":0.1,…}]
std::string call_json(const CallState& state, const CallDetails& details, TimePoint now);

/// {"calls":[{"callSid":"CA123","state":"ended",…},…],"nextCursor":"lq1x2y3z-1c"}
/// The calls have no transcript; `nextCursor` is null on the last page.
std::string history_json(const std::vector<CallState>& calls,
                         const std::optional<HistoryCursor>& next,
                         TimePoint now);

}  // namespace phony::api
