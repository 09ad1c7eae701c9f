#include "simulator/scenario.hpp"

#include <algorithm>

namespace phony::simulator {

namespace {

using namespace std::chrono_literals;
using Ending = Expectations::Ending;

/// The replies to these lines are in scripted_replies.cpp.
std::vector<Scenario> write_scenarios()
{
    return {
        {"customer_service",
         "A customer asks where an order is and whether it can be returned.",
         {AwaitGreeting{},
          Say{"Hi, I ordered a coffee grinder last week and it hasn't arrived yet."},
          Listen{},
          Say{"Sure, it's four eight two one."},
          Listen{},
          Say{"Yes, please. And can I still return it if I don't like it?"},
          Listen{},
          Say{"Great, that's all I needed. Thank you, bye!"},
          AwaitEnd{}},
         {Ending::agent_ends,
          {"order number", "tomorrow before noon", "thirty days", "oodbye"},
          {},
          false}},

        {"appointment",
         "A patient books a check-up at the dentist's.",
         {AwaitGreeting{},
          Say{"Hello, I'd like to book a check-up with Doctor Lee."},
          Listen{},
          Say{"Friday at two would be perfect."},
          Listen{},
          Say{"Maria Gonzalez."},
          Listen{},
          Say{"Yes please, that would be great. Thanks, goodbye!"},
          AwaitEnd{}},
         {Ending::agent_ends,
          {"half past nine", "what name", "Thank you, Maria", "oodbye"},
          {},
          false}},

        {"survey",
         "A customer answers a survey, partly on the keypad.",
         {AwaitGreeting{},
          Say{"Hello? I'm calling back about your survey."},
          Listen{},
          PressKeys{"5#"},
          Listen{},
          PressKeys{"4#"},
          Listen{},
          Say{"The parking lot is always full, so more parking would be nice."},
          AwaitEnd{}},
         {Ending::agent_ends,
          {"three short questions", "Five, wonderful", "do better", "oodbye"},
          {},
          false}},

        {"ivr_navigation",
         "The far end is a phone menu, and the agent presses its way through it.",
         {AwaitGreeting{},
          Say{"Thank you for calling Northwind Health. For English, press 1. Para español, oprima "
              "el 2."},
          AwaitKeys{},
          Say{"Main menu. To refill a prescription, press 1. For test results, press 2. To book or "
              "change an appointment, press 3. To hear these options again, press star."},
          AwaitKeys{},
          Say{"Please enter your eight-digit member number, followed by the pound key."},
          AwaitKeys{},
          Say{"Thank you. Your next appointment is on March 9 at 10 a.m. To keep it, press 1. To "
              "change it, press 2. To speak with a representative, press 0."},
          AwaitKeys{},
          Say{"Your appointment is confirmed. Thank you for calling Northwind Health. Goodbye."},
          AwaitEnd{}},
         {Ending::agent_ends, {"oodbye"}, {"1", "3", "20481632#", "1"}, false}},

        {"transfer",
         "A customer was charged twice and asks for a person.",
         {AwaitGreeting{},
          Say{"Hi, I was charged twice for my subscription this month."},
          Listen{},
          Say{"Yes, nineteen ninety-nine, twice on the same day. Could I talk to a person about "
              "it?"},
          AwaitEnd{}},
         {Ending::transferred, {"second charge", "colleague in billing"}, {}, false}},

        {"interruption",
         "The caller talks over a long answer.",
         {AwaitGreeting{},
          Say{"Hello, which phone plans do you have?"},
          BargeIn{5500ms, "Sorry, just the cheapest one, please."},
          Listen{},
          Say{"Not today, I'd like to think about it. Thanks, bye!"},
          AwaitEnd{}},
         {Ending::agent_ends, {"three plans", "That is the Basic plan", "oodbye"}, {}, true}},

        {"clarification",
         "The agent has to ask its supervisor, who answers while the caller waits.",
         {AwaitGreeting{},
          Say{"Hi, I'm at the door of the apartment I rented, and the code doesn't work."},
          SuperviseAnswer{5s,
                          "The code was changed this morning. It is 7 3 0 5, then the hash "
                          "key."},
          Listen{},
          Say{"It's open, you're a lifesaver. Thank you, goodbye!"},
          AwaitEnd{}},
         {Ending::agent_ends, {"7 3 0 5", "oodbye"}, {}, false}},
    };
}

}  // namespace

std::span<const Scenario> scenarios()
{
    static const std::vector<Scenario> all = write_scenarios();
    return all;
}

const Scenario* find_scenario(std::string_view name)
{
    const auto all = scenarios();
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const Scenario& scenario) { return scenario.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string_view> scenario_names()
{
    std::vector<std::string_view> names;
    for (const Scenario& scenario : scenarios()) names.push_back(scenario.name);
    return names;
}

}  // namespace phony::simulator
