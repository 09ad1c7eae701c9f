#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/event.hpp>

#include <optional>
#include <string>
#include <utility>

namespace phony::call {

/// When one turn passed each of its stages, on the steady clock:
///
///     transcript read → request written → response headers → first token → first frame written
///       → agentSpeaking on → reply complete → playback ended
///
/// Each is noted once; a retry does not move what the caller has been waiting for.
class TurnClock {
public:
    TurnClock(Turn turn, TimePoint transcript_read) : turn_{turn}, transcript_read_{transcript_read}
    {
    }

    Turn turn() const { return turn_; }

    void request_written(TimePoint now) { note(request_written_, now); }
    void response_started(TimePoint now) { note(response_started_, now); }
    void first_token(TimePoint now) { note(first_token_, now); }
    void first_frame(TimePoint now) { note(first_frame_, now); }
    void agent_speaking(TimePoint now) { note(agent_speaking_, now); }
    void reply_complete(TimePoint now) { note(reply_complete_, now); }
    void playback_ended(TimePoint now) { note(playback_ended_, now); }
    /// By whatever name the model's server knows the request: the newest counts.
    void answered(std::string request_id)
    {
        if (!request_id.empty()) request_id_ = std::move(request_id);
    }
    void interrupted() { interrupted_ = true; }
    void failed() { failed_ = true; }

    /// The stages in milliseconds (product clocks: the reference's three metrics and what lies
    /// between).
    Latency latency() const;

private:
    using Moment = std::optional<TimePoint>;
    static void note(Moment& moment, TimePoint now)
    {
        if (!moment) moment = now;
    }

    Turn turn_;
    TimePoint transcript_read_;
    Moment request_written_;
    Moment response_started_;
    Moment first_token_;
    Moment first_frame_;
    Moment agent_speaking_;
    Moment reply_complete_;
    Moment playback_ended_;
    std::string request_id_;
    bool interrupted_ = false;
    bool failed_ = false;
};

}  // namespace phony::call
