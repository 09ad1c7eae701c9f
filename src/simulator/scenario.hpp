#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::simulator {

// ── what a scripted caller does, step by step ──

/// Hears out the greeting, if there is one.
struct AwaitGreeting {};
/// Waits until the agent has spoken and fallen silent.
struct Listen {};
struct Say {
    std::string_view text;
};
/// Talks over the agent, this long after it began to speak.
struct BargeIn {
    Duration after;
    std::string_view text;
};
struct PressKeys {
    std::string_view keys;
};
/// Waits until the agent has pressed keys, as a menu does.
struct AwaitKeys {};
/// A supervisor answers the agent's question, this long after it could have been asked.
struct SuperviseAnswer {
    Duration after;
    std::string_view response;
};
struct HangUp {};
/// Waits until the agent ends the call or transfers it.
struct AwaitEnd {};

using ScenarioStep = std::variant<AwaitGreeting,
                                  Listen,
                                  Say,
                                  BargeIn,
                                  PressKeys,
                                  AwaitKeys,
                                  SuperviseAnswer,
                                  HangUp,
                                  AwaitEnd>;

/// What a test may expect of a call with the built-in model.
struct Expectations {
    enum class Ending { agent_ends, transferred };

    Ending ending = Ending::agent_ends;
    std::vector<std::string_view> agent_says;     ///< in this order, among other words
    std::vector<std::string_view> agent_presses;  ///< one entry for each time
    bool interrupted = false;
};

struct Scenario {
    std::string_view name;
    std::string_view description;  ///< one line
    std::vector<ScenarioStep> steps;
    Expectations expected;
};

/// All of them, in the order in which they are worth watching.
std::span<const Scenario> scenarios();

/// Null when there is none of that name. What it points to lives as long as the program.
const Scenario* find_scenario(std::string_view name);

std::vector<std::string_view> scenario_names();

}  // namespace phony::simulator
