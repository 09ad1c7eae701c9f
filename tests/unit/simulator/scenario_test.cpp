// Every scenario is played against the built-in model over the simulated relay, without a server: a
// few lines stand in for Phony, so that what is tested is that caller, model and script fit
// together.

#include "simulator/relay_voice.hpp"
#include "simulator/scenario_player.hpp"
#include "simulator/scripted_model.hpp"
#include <phony/base/json_text.hpp>
#include <phony/call/command_parser.hpp>

#include <boost/json.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;

/// A conversation in virtual time.
class Rehearsal {
public:
    explicit Rehearsal(const Scenario& scenario)
        : player_{scenario, 1, TimePoint{1h}},
          voice_{
              VoiceSettings::from({{"dtmfDetection", "true"}, {"interruptible", "any"}}), Pace{}, 3}
    {
    }

    void run()
    {
        TimePoint now{1h};
        voice_.begin({"CA1", "AC1", "+15550100001", "+15550100002"}, "VX1", "RINGING", {}, now);
        const TimePoint end = now + 5min;
        while (!closed && now < end) {
            for (const auto& happening : voice_.due(now)) {
                player_.notice(happening);
                take(happening);
            }
            while (auto act = player_.next_act(now))
                std::visit([&](const auto& known) { obey(known, now); }, *act);
            now = std::min({end,
                            voice_.next_due().value_or(end),
                            player_.next_due().value_or(end),
                            now + 50ms});
            if (reply_due_ && *reply_due_ <= now) {
                reply_due_.reset();
                answer(now);
            }
            if (hang_up_when_silent_ && voice_.agent_idle()) {
                hang_up_when_silent_ = false;
                voice_.receive(R"({"type":"end"})", now);
            }
        }
        took = now - TimePoint{1h};
    }

    std::string agent_said;
    std::vector<std::string> agent_pressed;
    std::string transferred_to;
    std::vector<std::string> asked;
    int interruptions = 0;
    bool caller_hung_up = false;
    bool closed = false;
    Duration took{};

private:
    void take(const Happening& happening)
    {
        if (const auto* said = std::get_if<AgentSaid>(&happening.what)) {
            agent_said += said->text + " ";
        } else if (const auto* pressed = std::get_if<AgentPressed>(&happening.what)) {
            agent_pressed.push_back(pressed->digits);
        } else if (std::holds_alternative<CallerInterrupted>(happening.what)) {
            ++interruptions;
        } else if (std::holds_alternative<CloseSocket>(happening.what)) {
            closed = true;
        } else if (const auto* frame = std::get_if<SendFrame>(&happening.what)) {
            const auto object = boost::json::parse(frame->json).as_object();
            if (object.at("type") == "prompt")
                hear(std::string{object.at("voicePrompt").as_string()}, happening.at);
            else if (object.at("type") == "dtmf")
                keys_ += object.at("digit").as_string().c_str();
            if (keys_.ends_with('#')) hear("[keys] " + std::exchange(keys_, {}), happening.at);
        }
    }

    void hear(std::string text, TimePoint now)
    {
        dialogue_.push_back({"user", std::move(text)});
        reply_due_ = now + 300ms;
    }

    void answer(TimePoint now)
    {
        const std::string reply = reply_to(dialogue_).text();
        dialogue_.push_back({"assistant", reply});
        call::CommandParser parser;
        std::string words;
        const auto take_pieces = [&](auto pieces) {
            for (const auto& piece : pieces) {
                if (const auto* speech = std::get_if<call::Speech>(&piece))
                    words += speech->text;
                else if (const auto* command = std::get_if<call::Command>(&piece))
                    carry_out(*command, now);
                else
                    ADD_FAILURE() << "rejected: " << reply;
            }
        };
        take_pieces(parser.feed(reply));
        take_pieces(parser.finish());
        if (!words.empty()) say(words, now);
    }

    void carry_out(const call::Command& command, TimePoint now)
    {
        if (const auto* press = std::get_if<call::Press>(&command)) {
            voice_.receive(R"({"type":"sendDigits","digits":")" + press->digits + "\"}", now);
        } else if (const auto* transfer = std::get_if<call::Transfer>(&command)) {
            transferred_to = transfer->target;
            hang_up_when_silent_ = true;
        } else if (const auto* question = std::get_if<call::RequestUser>(&command)) {
            asked.push_back(question->prompt);
            say("One moment please.", now);
        } else {
            hang_up_when_silent_ = true;
        }
    }

    void say(const std::string& words, TimePoint now)
    {
        std::string frame = R"({"type":"text","token":)";
        append_json_string(frame, words);
        voice_.receive(frame + R"(,"last":true})", now);
    }

    void obey(const Say& line, TimePoint now) { voice_.speak(line.text, now); }
    void obey(const PressKeys& keys, TimePoint now)
    {
        for (const char key : keys.keys) voice_.press(key, now);
    }
    void obey(const SuperviseAnswer& answer, TimePoint now)
    {
        EXPECT_FALSE(asked.empty()) << "the supervisor answers what was not asked";
        hear("[supervisor] " + std::string{answer.response}, now);
    }
    void obey(const HangUp&, TimePoint now)
    {
        caller_hung_up = true;
        voice_.hang_up(now);
    }

    ScenarioPlayer player_;
    RelayVoice voice_;
    std::vector<ChatMessage> dialogue_;
    std::optional<TimePoint> reply_due_;
    std::string keys_;
    bool hang_up_when_silent_ = false;
};

class Scenarios : public testing::TestWithParam<std::string_view> {};

TEST_P(Scenarios, fit_the_built_in_model)
{
    const Scenario* scenario = find_scenario(GetParam());
    ASSERT_TRUE(scenario);
    Rehearsal rehearsal{*scenario};
    rehearsal.run();

    const Expectations& expected = scenario->expected;
    std::size_t from = 0;
    for (const std::string_view words : expected.agent_says) {
        const auto found = rehearsal.agent_said.find(words, from);
        EXPECT_NE(found, std::string::npos) << words << " is missing in: " << rehearsal.agent_said;
        from = found == std::string::npos ? from : found;
    }
    EXPECT_EQ(
        rehearsal.agent_pressed,
        (std::vector<std::string>(expected.agent_presses.begin(), expected.agent_presses.end())));
    EXPECT_EQ(rehearsal.transferred_to.empty(),
              expected.ending != Expectations::Ending::transferred);
    EXPECT_EQ(rehearsal.interruptions > 0, expected.interrupted);
    EXPECT_TRUE(rehearsal.closed);
    EXPECT_FALSE(rehearsal.caller_hung_up) << "the agent ends the call: " << rehearsal.agent_said;
    EXPECT_LT(rehearsal.took, 75s) << "short enough to be watched to the end";
}

INSTANTIATE_TEST_SUITE_P(All, Scenarios, testing::ValuesIn(scenario_names()), [](const auto& name) {
    return std::string{name.param};
});

TEST(FindScenario, knows_its_names_and_no_others)
{
    for (const auto name : scenario_names()) EXPECT_EQ(find_scenario(name)->name, name);
    EXPECT_EQ(find_scenario("no_such_scenario"), nullptr);
    EXPECT_EQ(scenario_names().front(), "customer_service");
}

TEST(ScenarioPlayer, hangs_up_on_an_agent_that_never_answers)
{
    const Scenario scenario{"silence", "", {Say{"Hello?"}, Listen{}, AwaitEnd{}}, {}};
    ScenarioPlayer player{scenario, 1, TimePoint{}};
    EXPECT_TRUE(std::holds_alternative<Say>(*player.next_act(TimePoint{})));
    EXPECT_FALSE(player.next_act(TimePoint{1s})) << "the line is still being said";
    player.notice({TimePoint{2s}, CallerSaid{"Hello?"}});
    EXPECT_EQ(player.next_due(), TimePoint{17s});
    EXPECT_FALSE(player.next_act(TimePoint{17s}));
    EXPECT_TRUE(std::holds_alternative<HangUp>(*player.next_act(TimePoint{47s})));
    EXPECT_FALSE(player.next_due());
}

TEST(ScenarioPlayer, waits_for_what_the_supervisor_answers)
{
    const Scenario scenario{
        "late", "", {SuperviseAnswer{1s, "Yes."}, Listen{}, Say{"Thanks!"}}, {}};
    ScenarioPlayer player{scenario, 20, TimePoint{}};
    player.notice({TimePoint{}, AgentBegan{}});  // "One moment please."
    EXPECT_TRUE(std::holds_alternative<SuperviseAnswer>(*player.next_act(TimePoint{50ms})));
    player.notice({TimePoint{60ms}, AgentStopped{}});
    EXPECT_FALSE(player.next_act(TimePoint{1s})) << "that was not the answer yet";
    player.notice({TimePoint{1s}, AgentBegan{}});
    player.notice({TimePoint{2s}, AgentStopped{}});
    EXPECT_EQ(player.next_due(), TimePoint{2s + 200ms});
}

TEST(ScenarioPlayer, does_not_talk_into_a_reply_that_was_held_up)
{
    const Scenario scenario{"slow", "", {Listen{}, Say{"Thanks!"}}, {}};
    ScenarioPlayer player{scenario, 20, TimePoint{}};
    player.notice({TimePoint{}, AgentBegan{}});
    player.notice({TimePoint{60ms}, AgentStopped{.midway = true}});
    EXPECT_FALSE(player.next_act(TimePoint{2s})) << "the rest of it is still to come";
    player.notice({TimePoint{2s}, AgentBegan{}});
    player.notice({TimePoint{3s}, AgentStopped{}});
    EXPECT_EQ(player.next_due(), TimePoint{3s + 200ms});
}

TEST(ScenarioPlayer, does_not_wait_for_more_when_the_reply_was_over)
{
    const Scenario scenario{"slow", "", {Listen{}, Say{"Thanks!"}}, {}};
    ScenarioPlayer player{scenario, 20, TimePoint{}};
    player.notice({TimePoint{}, AgentBegan{}});
    player.notice({TimePoint{60ms}, AgentStopped{.midway = true}});
    player.notice({TimePoint{80ms}, AgentStopped{}});
    EXPECT_EQ(player.next_due(), TimePoint{80ms + 200ms});
}

TEST(ScenarioPlayer, says_nothing_more_when_the_call_is_over)
{
    const Scenario scenario{"gone", "", {Say{"Hello?"}}, {}};
    ScenarioPlayer player{scenario, 1, TimePoint{}};
    player.notice({TimePoint{}, CloseSocket{}});
    EXPECT_FALSE(player.next_act(TimePoint{1h}));
}

TEST(ScenarioPlayer, lets_nobody_hurry_the_patience_with_the_agent)
{
    const Scenario scenario{"fast", "", {AwaitGreeting{}, Say{"Hello?"}, Listen{}}, {}};
    ScenarioPlayer player{scenario, 100, TimePoint{}};
    EXPECT_EQ(player.next_due(), TimePoint{15ms});
    EXPECT_TRUE(player.next_act(TimePoint{15ms}));
    player.notice({TimePoint{50ms}, CallerSaid{"Hello?"}});
    EXPECT_EQ(player.next_due(), TimePoint{15s + 50ms});
}

}  // namespace
}  // namespace phony::simulator
