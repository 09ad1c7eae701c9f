#pragma once

#include <string>
#include <string_view>

namespace phony::call {

/// A call that we are to place.
struct OutboundCall {
    /// Whether the network listens for an answering machine before it connects the call: not at
    /// all; until it knows who answered; or, of a machine, until its greeting is over.
    enum class Detection { off, who_answered, end_of_greeting };
    enum class OnMachine { hang_up, go_on };

    std::string to;            ///< E.164
    std::string from;          ///< E.164; what the other side is shown
    std::string consented_by;  ///< who has agreed to be called, as far as it was told
    Detection detection = Detection::off;
    OnMachine on_machine = OnMachine::hang_up;
    int ring_seconds = 60;
    int detection_seconds = 30;
    friend bool operator==(const OutboundCall&, const OutboundCall&) = default;
};

/// What the network reports of a call, in the order in which it can happen.
enum class LineState {
    dialing,   ///< accepted, waiting for its turn, or being set up
    ringing,   ///< at the other side
    answered,  ///< by someone, or something
    over,
};

struct LineReport {
    LineState state = LineState::dialing;
    /// Of a call that is over, as `call_ended` names it if it never connected: busy, no_answer,
    /// failed, canceled, or not_connected (answered, and hung up before its relay came).
    std::string_view reason;
    friend bool operator==(const LineReport&, const LineReport&) = default;
};

}  // namespace phony::call
