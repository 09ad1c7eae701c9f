#pragma once

#include "simulator/relay_voice.hpp"
#include "simulator/scenario.hpp"

#include <cstddef>
#include <optional>
#include <variant>

namespace phony::simulator {

/// What the person on the phone, or the supervisor, does now.
using CallerAct = std::variant<Say, PressKeys, SuperviseAnswer, HangUp>;

/// Plays the caller of a scenario: it listens to what happens on the line and says what to do when.
/// Pure; time is an argument. It always comes to an end: whoever waits in vain goes on after a
/// while, and hangs up at last.
///
///     player.notice(happening);
///     while (auto act = player.next_act(now)) …
class ScenarioPlayer {
public:
    /// `speed` hurries the caller, not the patience with the agent. The scenario must outlive it.
    ScenarioPlayer(const Scenario& scenario, double speed, TimePoint now);

    /// Each happening of the line, in order.
    void notice(const Happening& happening);

    std::optional<TimePoint> next_due() const;
    /// What is due now, one thing at a time.
    std::optional<CallerAct> next_act(TimePoint now);

private:
    Duration hurried(Duration duration) const;
    /// When the current step comes to its end if nothing else happens.
    std::optional<TimePoint> step_due() const;
    void next_step(TimePoint now);

    const Scenario* scenario_;
    double speed_;
    std::size_t step_ = 0;
    TimePoint step_began_;
    bool talking_ = false;  ///< a line of the caller's is still being said
    bool agent_speaking_ = false;
    bool agent_acted_ = false;  ///< spoke or pressed since the caller last did something
    bool agent_pressed_ = false;
    bool more_is_to_come_ = false;  ///< the agent is asking its supervisor
    bool stopped_midway_ = false;   ///< the agent, in a reply
    bool over_ = false;
    TimePoint agent_began_;
    TimePoint quiet_since_;
};

}  // namespace phony::simulator
