#include "simulator/scenario_player.hpp"

#include <algorithm>

namespace phony::simulator {

namespace {

using namespace std::chrono_literals;

// At human pace; hurried with the caller.
constexpr Duration greeting_patience = 1500ms;  ///< a greeting would have begun by then
constexpr Duration quiet = 800ms;               ///< silence after which people take their turn

/// However hurried: a busy machine holds a sentence up for so long, and to talk into it would be a
/// barge-in.
constexpr Duration shortest_quiet = 200ms;

/// Silence that is borne by a caller who was told to wait, or when the agent stopped in the middle
/// of what it says; nor does a speed make it quicker.
constexpr Duration quiet_when_more_is_to_come = 5s;

// Patience with the server, which no speed makes quicker.
constexpr Duration reply_patience = 15s;  ///< for the agent to begin
constexpr Duration reply_limit = 60s;     ///< for it to finish
constexpr Duration end_limit = 30s;

template <typename... Callables>
struct Overloaded : Callables... {
    using Callables::operator()...;
};

}  // namespace

ScenarioPlayer::ScenarioPlayer(const Scenario& scenario, double speed, TimePoint now)
    : scenario_{&scenario},
      speed_{speed > 0 ? speed : 1},
      step_began_{now},
      agent_began_{now},
      quiet_since_{now}
{
}

void ScenarioPlayer::notice(const Happening& happening)
{
    const TimePoint at = happening.at;
    std::visit(Overloaded{
                   [&](const AgentBegan&) {
                       agent_speaking_ = agent_acted_ = true;
                       more_is_to_come_ = stopped_midway_ = false;
                       agent_began_ = at;
                   },
                   [&](const AgentStopped& stopped) {
                       agent_speaking_ = false;
                       stopped_midway_ = stopped.midway;
                       quiet_since_ = at;
                   },
                   [&](const AgentPressed&) {
                       agent_acted_ = agent_pressed_ = true;
                       quiet_since_ = at;
                   },
                   [&](const CallerSaid&) {
                       talking_ = false;
                       next_step(at);
                   },
                   [&](const CloseSocket&) { over_ = true; },
                   [](const auto&) {},
               },
               happening.what);
}

std::optional<TimePoint> ScenarioPlayer::next_due() const
{
    return over_ || talking_ ? std::nullopt : step_due();
}

std::optional<CallerAct> ScenarioPlayer::next_act(TimePoint now)
{
    while (!over_ && !talking_) {
        const auto due = step_due();
        if (!due || *due > now) return std::nullopt;
        if (step_ >= scenario_->steps.size()) {
            over_ = true;
            return HangUp{};
        }
        const ScenarioStep& step = scenario_->steps[step_];
        if (const auto* line = std::get_if<Say>(&step)) {
            talking_ = true;  // the next step begins when it has been said
            return *line;
        }
        if (const auto* barge_in = std::get_if<BargeIn>(&step)) {
            talking_ = true;
            return Say{barge_in->text};
        }
        next_step(now);
        if (const auto* keys = std::get_if<PressKeys>(&step)) return *keys;
        if (const auto* answer = std::get_if<SuperviseAnswer>(&step)) return *answer;
        if (std::holds_alternative<HangUp>(step) || std::holds_alternative<AwaitEnd>(step)) {
            over_ = true;  // waited in vain for the agent to end it
            return HangUp{};
        }
    }
    return std::nullopt;
}

Duration ScenarioPlayer::hurried(Duration duration) const
{
    return std::chrono::duration_cast<Duration>(duration / speed_);
}

std::optional<TimePoint> ScenarioPlayer::step_due() const
{
    if (step_ >= scenario_->steps.size()) return step_began_;
    const Duration patience = more_is_to_come_ || stopped_midway_
                                  ? quiet_when_more_is_to_come
                                  : std::max(hurried(quiet), shortest_quiet);
    const TimePoint silence = std::max(quiet_since_, step_began_) + patience;
    const TimePoint no_answer = step_began_ + reply_patience;
    const TimePoint endless = step_began_ + reply_limit;
    return std::visit(
        Overloaded{
            [&](const AwaitGreeting&) {
                return agent_speaking_ ? endless
                       : agent_acted_  ? silence
                                       : step_began_ + hurried(greeting_patience);
            },
            [&](const Listen&) {
                return agent_speaking_ ? endless : agent_acted_ ? silence : no_answer;
            },
            [&](const AwaitKeys&) {
                return agent_pressed_ && !agent_speaking_ ? silence : no_answer;
            },
            [&](const BargeIn& barge_in) {
                // The answer may already have been in the air when the caller's last word fell.
                return agent_speaking_
                           ? std::max(agent_began_, step_began_) + hurried(barge_in.after)
                           : no_answer;
            },
            [&](const SuperviseAnswer& answer) { return step_began_ + hurried(answer.after); },
            [&](const AwaitEnd&) { return step_began_ + end_limit; },
            [&](const auto&) { return step_began_; },
        },
        scenario_->steps[step_]);
}

void ScenarioPlayer::next_step(TimePoint now)
{
    const auto* previous = step_ < scenario_->steps.size() ? &scenario_->steps[step_] : nullptr;
    const bool waited = previous && (std::holds_alternative<Listen>(*previous) ||
                                     std::holds_alternative<AwaitGreeting>(*previous) ||
                                     std::holds_alternative<AwaitKeys>(*previous));
    if (!waited) {
        // The caller, or the supervisor, did something: what comes now is the answer to it.
        agent_acted_ = agent_speaking_;
        agent_pressed_ = false;
        stopped_midway_ = false;
        more_is_to_come_ = previous && std::holds_alternative<SuperviseAnswer>(*previous);
    }
    ++step_;
    step_began_ = now;
}

}  // namespace phony::simulator
