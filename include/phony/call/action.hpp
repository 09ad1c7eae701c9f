#pragma once

#include <phony/base/result.hpp>
#include <phony/call/event.hpp>
#include <phony/call/input.hpp>

#include <optional>
#include <string>
#include <variant>

namespace phony::call {

// ── towards the caller, in this order; the relay codec spells them ──

struct Speak {
    Turn turn = 0;
    std::string text;
    bool last = false;         ///< the talk cycle ends here: exactly once a reply
    bool preemptible = false;  ///< newer speech may replace it
};
struct PressKeys {
    std::string digits;
    bool at_once = false;  ///< where the line is ours: does not wait for the speech before
};
/// Everything that is still to be played should be silent now.
struct MakeRoom {};
struct HangUpCall {};
struct TransferCall {
    std::string target;  ///< E.164
};

using Output = std::variant<Speak, PressKeys, MakeRoom, HangUpCall, TransferCall>;

// ── towards the shell ──

struct Say {
    Output output;
};
/// Frames of this turn that are still queued are not sent; what was begun is closed with an empty
/// last frame.
struct CutSpeech {
    Turn turn = 0;
};
/// Ask the model for this turn's reply, with `Conversation::history()` as it is now. Replaces any
/// request that is still under way.
struct Think {
    Turn turn = 0;
    bool late = false;  ///< that one was too slow
};
/// Close the model's connection: HTTP/1.1 has no other way to stop generation.
struct StopThinking {
    bool late = false;  ///< because the model was too slow
};

struct Publish {
    Event event;
};

/// Close the relay's socket ourselves: the relay has not, though the call is over.
struct Disconnect {};

/// The answer to the override that this step was given: success or why not.
struct Answer {
    std::optional<Error> refused;
};

using Action = std::variant<Say, CutSpeech, Think, StopThinking, Publish, Disconnect, Answer>;

}  // namespace phony::call
