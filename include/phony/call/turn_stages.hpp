#pragma once

#include <phony/call/event.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace phony::call {

/// What a turn passes, in the order in which it usually does. agentSpeaking may also come after the
/// reply is complete, and a sentence of ours is spoken without a token.
enum class Milestone {
    request_written,
    response_headers,
    first_token,
    first_frame,
    agent_speaking,
    reply_complete,
    playback_ended,
};

inline constexpr std::array all_milestones{Milestone::request_written,
                                           Milestone::response_headers,
                                           Milestone::first_token,
                                           Milestone::first_frame,
                                           Milestone::agent_speaking,
                                           Milestone::reply_complete,
                                           Milestone::playback_ended};

/// "request_written" and so on, in events, logs and metrics.
std::string_view name_of(Milestone milestone);

/// From the milestone before it in time, or from the transcript, to this one.
struct TurnStage {
    Milestone milestone = Milestone::request_written;
    double milliseconds = 0;
    friend bool operator==(const TurnStage&, const TurnStage&) = default;
};

/// One turn's timeline, cut into stages that follow each other, so that no millisecond is counted
/// twice or not at all.
///
///     for (const TurnStage& stage : stages_of(latency)) …
class TurnStages {
public:
    const TurnStage* begin() const { return stages_.data(); }
    const TurnStage* end() const { return stages_.data() + size_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    /// From the transcript to the last milestone. Whole microseconds, like each of the stages,
    /// whose sum it is.
    double total_ms() const { return total_ms_; }

private:
    friend TurnStages stages_of(const Latency& latency);

    std::array<TurnStage, all_milestones.size()> stages_{};
    std::size_t size_ = 0;
    double total_ms_ = 0;
};

/// The milestones that the turn reached, in the order in which it did. Does not allocate.
TurnStages stages_of(const Latency& latency);

}  // namespace phony::call
