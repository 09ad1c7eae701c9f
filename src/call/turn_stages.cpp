#include <phony/call/turn_stages.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace phony::call {
namespace {

using Moment = std::optional<double>;  // since the transcript

Moment after(const Moment& origin, const Moment& since_then)
{
    if (!origin || !since_then) return std::nullopt;
    return *origin + *since_then;
}

Moment moment_of(Milestone milestone, const Latency& latency)
{
    switch (milestone) {
    case Milestone::request_written: return latency.transcript_to_gpt_ms;
    case Milestone::response_headers:
        return after(latency.transcript_to_gpt_ms, latency.response_headers_ms);
    case Milestone::first_token:
        return after(latency.transcript_to_gpt_ms, latency.gpt_first_token_ms);
    case Milestone::first_frame: return latency.first_frame_ms;
    case Milestone::agent_speaking: return latency.agent_speaking_ms;
    case Milestone::reply_complete: return latency.reply_complete_ms;
    case Milestone::playback_ended: return latency.playback_ended_ms;
    }
    return std::nullopt;
}

/// Latencies are written in whole microseconds: cut there, the stages of a turn sum to its total as
/// they are written, too. Never negative, nor what cannot be compared.
double whole_microseconds(double milliseconds)
{
    return milliseconds > 0 ? std::round(milliseconds * 1000) : 0;
}

}  // namespace

std::string_view name_of(Milestone milestone)
{
    switch (milestone) {
    case Milestone::request_written: return "request_written";
    case Milestone::response_headers: return "response_headers";
    case Milestone::first_token: return "first_token";
    case Milestone::first_frame: return "first_frame";
    case Milestone::agent_speaking: return "agent_speaking";
    case Milestone::reply_complete: return "reply_complete";
    case Milestone::playback_ended: return "playback_ended";
    }
    return "unknown";
}

TurnStages stages_of(const Latency& latency)
{
    struct Reached {
        Milestone milestone;
        double microseconds;
    };
    std::array<Reached, all_milestones.size()> reached{};
    TurnStages stages;
    for (const Milestone milestone : all_milestones) {
        if (const Moment moment = moment_of(milestone, latency))
            reached[stages.size_++] = {milestone, whole_microseconds(*moment)};
    }
    const auto last = reached.begin() + stages.size_;
    // Of two that fell into one microsecond, the usual order.
    std::sort(reached.begin(), last, [](const Reached& a, const Reached& b) {
        return a.microseconds != b.microseconds ? a.microseconds < b.microseconds
                                                : a.milestone < b.milestone;
    });

    double before = 0;
    std::transform(reached.begin(), last, stages.stages_.begin(), [&before](const Reached& at) {
        const double took = at.microseconds - std::exchange(before, at.microseconds);
        return TurnStage{at.milestone, took / 1000};
    });
    stages.total_ms_ = before / 1000;
    return stages;
}

}  // namespace phony::call
