// Every scenario, from the webhook to the hang-up, in every way in which Phony can be deployed.

#include "simulator/scenario.hpp"
#include "simulator/simulated_caller.hpp"
#include "support/eventually.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using simulator::CallOutcome;
using simulator::Scenario;
using testing::ElementsAreArray;
using testing::HasSubstr;

// A build that is not optimised, and perhaps under a sanitizer, cannot be hurried as much: tokens
// that come too late are heard as holes in a sentence, into which the caller talks. Nor can a busy
// machine.
#ifdef NDEBUG
constexpr double speed = 8;
#else
constexpr double speed = 2;
#endif
constexpr auto by_caller = call::SpeechInterrupted::By::caller;
constexpr const char* token = "a-token-of-twilio";
constexpr const char* public_url = "https://phony.example.net";

struct Deployment {
    const char* profile;
    bool is_signed;
    bool tls;
    int threads;
};

/// A half of the sixteen ways, in which any three properties meet in every combination.
constexpr Deployment deployments[] = {
    {"reference", false, false, 1},
    {"reference", false, true, 2},
    {"reference", true, false, 2},
    {"reference", true, true, 1},
    {"twilio", false, false, 2},
    {"twilio", false, true, 1},
    {"twilio", true, false, 1},
    {"twilio", true, true, 2},
};

std::string name_of(const testing::TestParamInfo<Deployment>& info)
{
    const Deployment& deployment = info.param;
    return std::string{deployment.profile} + (deployment.is_signed ? "_signed" : "_unsigned") +
           (deployment.tls ? "_tls_" : "_plain_") + std::to_string(deployment.threads);
}

RunningApp::Settings settings_of(const Deployment& deployment)
{
    RunningApp::Settings settings;
    if (deployment.tls) settings = tls_settings();
    settings["PHONY_TWIML_PROFILE"] = deployment.profile;
    settings["PHONY_THREADS"] = std::to_string(deployment.threads);
    settings["PHONY_PUBLIC_URL"] = public_url;
    settings["PHONY_TRANSFER_ALLOW"] = "any";
    if (deployment.is_signed) settings["TWILIO_AUTH_TOKEN"] = token;
    return settings;
}

/// A caller who listens so many times as fast must not be kept waiting in mid-sentence.
void keep_up(app::Config& config)
{
    config.model.simulated_pace = speed;
}

simulator::CallPlan plan_of(const Deployment& deployment, const Scenario& scenario, Address address)
{
    return {.port = address.port,
            .tls = address.tls,
            .public_url = public_url,
            .call_sid = "CA_direct_" + std::string{scenario.name},
            .scenario = &scenario,
            .speed = speed,
            .auth_token = deployment.is_signed ? token : "",
            .relay_attributes = simulator::with_events()};
}

// ── what may be expected of a call ──

void expect_outcome(const CallOutcome& outcome, const Scenario& scenario)
{
    using Ending = simulator::Expectations::Ending;
    const auto& expected = scenario.expected;
    EXPECT_THAT(outcome.errors, testing::IsEmpty());
    EXPECT_EQ(outcome.sessions, 1);
    EXPECT_EQ(outcome.ending,
              expected.ending == Ending::transferred ? CallOutcome::Ending::transferred
                                                     : CallOutcome::Ending::agent_ended);
    EXPECT_EQ(outcome.interruptions > 0, expected.interrupted);
    EXPECT_THAT(outcome.agent_pressed, ElementsAreArray(expected.agent_presses));
    std::size_t from = 0;
    for (const auto words : expected.agent_says) {
        const auto at = outcome.agent_said.find(words, from);
        EXPECT_NE(at, std::string::npos) << '"' << words << "\" was not said in its turn";
        if (at != std::string::npos) from = at + words.size();
    }
    EXPECT_EQ(outcome.agent_said.find("[["), std::string::npos) << "a command was spoken";
}

std::vector<std::string> lines_of(const Scenario& scenario)
{
    std::vector<std::string> lines;
    for (const auto& step : scenario.steps) {
        if (const auto* say = std::get_if<simulator::Say>(&step)) lines.emplace_back(say->text);
        if (const auto* barge_in = std::get_if<simulator::BargeIn>(&step))
            lines.emplace_back(barge_in->text);
    }
    return lines;
}

std::string keys_of(const Scenario& scenario)
{
    std::string keys;
    for (const auto& step : scenario.steps)
        if (const auto* press = std::get_if<simulator::PressKeys>(&step)) keys += press->keys;
    return keys;
}

void expect_commands(const EventRecorder& events,
                     const std::string& call_sid,
                     const Scenario& scenario)
{
    using Ending = simulator::Expectations::Ending;
    std::vector<std::string> pressed;
    std::string last;
    for (const auto& command : events.all<call::CommandExecuted>(call_sid)) {
        if (command.command == "press") pressed.push_back(command.value);
        last = command.command;
    }
    EXPECT_THAT(pressed, ElementsAreArray(scenario.expected.agent_presses));
    EXPECT_EQ(last, scenario.expected.ending == Ending::transferred ? "transfer" : "end_call");
    EXPECT_EQ(events.count<call::CommandRejected>(call_sid), 0U);
    EXPECT_EQ(events.count<call::CallError>(call_sid), 0U);
}

/// All three clocks ran in every turn in which something was said.
void expect_latencies(const EventRecorder& events, const std::string& call_sid)
{
    const auto latencies = events.all<call::Latency>(call_sid);
    for (const auto& reply : events.all<call::AssistantReply>(call_sid)) {
        if (reply.text.empty()) continue;
        const auto found = std::ranges::find(
            latencies, reply.turn, [](const auto& latency) { return latency.turn; });
        if (found == latencies.end()) {
            ADD_FAILURE() << "no latency of turn " << reply.turn;
            continue;
        }
        EXPECT_GE(found->transcript_to_gpt_ms.value_or(-1), 0) << "turn " << reply.turn;
        EXPECT_GE(found->gpt_first_token_ms.value_or(-1), 0) << "turn " << reply.turn;
        EXPECT_GE(found->first_audio_playback_ms.value_or(-1), 0) << "turn " << reply.turn;
        EXPECT_FALSE(found->failed) << "turn " << reply.turn;
    }
}

void expect_events(const EventRecorder& events,
                   const std::string& call_sid,
                   const Scenario& scenario)
{
    const auto all = events.of(call_sid);
    ASSERT_FALSE(all.empty());
    for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i].seq, all[i - 1].seq + 1);
    const auto* started = std::get_if<call::CallStarted>(&all.front().event);
    const auto* ended = std::get_if<call::CallEnded>(&all.back().event);
    ASSERT_TRUE(started != nullptr && ended != nullptr);
    EXPECT_EQ(started->from, "+15551234567");
    EXPECT_EQ(started->to, "+18578167225");

    std::vector<std::string> transcripts;
    for (const auto& transcript : events.all<call::Transcript>(call_sid))
        if (transcript.final) transcripts.push_back(transcript.text);
    EXPECT_THAT(transcripts, ElementsAreArray(lines_of(scenario)));
    std::string keys;
    for (const auto& key : events.all<call::Dtmf>(call_sid)) keys += key.digit;
    EXPECT_EQ(keys, keys_of(scenario));
    expect_commands(events, call_sid, scenario);
    expect_latencies(events, call_sid);
    const auto cuts = events.all<call::SpeechInterrupted>(call_sid);
    EXPECT_EQ(std::ranges::any_of(cuts, [](const auto& cut) { return cut.by == by_caller; }),
              scenario.expected.interrupted);

    using Ending = simulator::Expectations::Ending;
    EXPECT_EQ(ended->reason,
              scenario.expected.ending == Ending::transferred ? "transfer" : "end_call");
    EXPECT_GT(ended->metrics.call_duration_seconds, 0);
    EXPECT_EQ(ended->metrics.transcript_count, transcripts.size());
    EXPECT_EQ(ended->metrics.command_count, events.count<call::CommandExecuted>(call_sid));
    EXPECT_EQ(ended->metrics.override_count, events.count<call::SupervisorOverride>(call_sid));
}

// ── the tests ──

struct SilentObserver final : simulator::CallObserver {};

awaitable<void> call_directly(simulator::CallPlan plan, int& running)
{
    SilentObserver observer;
    const Scenario& scenario = *plan.scenario;
    const auto outcome = co_await simulator::place_call(std::move(plan), observer);
    SCOPED_TRACE(scenario.name);
    expect_outcome(outcome, scenario);
    --running;
}

awaitable<std::string> ask_for_call(const RunningApp& app, std::string_view scenario)
{
    const auto reply = co_await post_json(
        app.address(),
        "/test/simulate_call",
        R"({"from":"+15551234567","to":"+18578167225","scenario":")" + std::string{scenario} +
            R"(","speed":)" + std::to_string(speed) + "}");
    EXPECT_EQ(reply.status, 200U) << reply.body;
    const auto body = reply.json();
    EXPECT_EQ(body.at("status"), "success");
    EXPECT_TRUE(body.at("message").is_string());
    co_return std::string{body.at("callSid").as_string()};
}

class SimulatedCalls : public AppTest, public testing::WithParamInterface<Deployment> {};

TEST_P(SimulatedCalls, hold_every_scenario_to_its_expected_end)
{
    async::asio::io_context io;
    RunningApp app{settings_of(GetParam()), keep_up};
    std::map<std::string, const Scenario*> calls;
    const auto script = [&]() -> awaitable<void> {
        int running = 0;
        for (const Scenario& scenario : simulator::scenarios()) {
            auto plan = plan_of(GetParam(), scenario, app.address());
            calls[plan.call_sid] = &scenario;
            ++running;
            co_spawn(io, call_directly(std::move(plan), running), async::asio::detached);
            calls[co_await ask_for_call(app, scenario.name)] = &scenario;
        }
        const auto over = [&] {
            return running == 0 && std::ranges::all_of(calls, [&](const auto& call) {
                       return app.events().ended(call.first);
                   });
        };
        EXPECT_TRUE(co_await eventually(over, 60s));
    };
    run_io(io, script(), 90s);

    EXPECT_EQ(calls.size(), 2 * simulator::scenarios().size());
    for (const auto& [call_sid, scenario] : calls) {
        SCOPED_TRACE(std::string{scenario->name} + ", " + call_sid);
        expect_events(app.events(), call_sid, *scenario);
    }
}

INSTANTIATE_TEST_SUITE_P(, SimulatedCalls, testing::ValuesIn(deployments), name_of);

using SimulateCall = AppTest;

TEST_F(SimulateCall, names_the_scenarios_when_it_does_not_know_the_one_asked_for)
{
    async::asio::io_context io;
    RunningApp app;
    run_io(io, [](RunningApp& server) -> awaitable<void> {
        const auto reply = co_await post_json(
            server.address(),
            "/test/simulate_call",
            R"({"from":"+15551234567","to":"+18578167225","scenario":"a_tea_party"})");
        EXPECT_EQ(reply.status, 400U);
        EXPECT_EQ(reply.code(), "INVALID_REQUEST");
        EXPECT_EQ(reply.detail("field"), "scenario");
        for (const auto name : simulator::scenario_names())
            EXPECT_THAT(reply.body, HasSubstr(std::string{name}));
        EXPECT_THAT(reply.body, testing::Not(HasSubstr("tea_party")));
    }(app));
}

TEST_F(SimulateCall, uses_the_callSid_that_it_is_given)
{
    async::asio::io_context io;
    RunningApp app;
    run_io(
        io,
        [](RunningApp& server) -> awaitable<void> {
            const auto reply = co_await post_json(
                server.address(),
                "/test/simulate_call",
                R"({"from":"+15551234567","to":"+18578167225","scenario":"transfer",)"
                R"("callSid":"CA_mine","speed":20})");
            EXPECT_EQ(reply.json().at("callSid"), "CA_mine");
            EXPECT_TRUE(co_await eventually([&] { return server.events().ended("CA_mine"); }, 30s));
        }(app),
        40s);
}

TEST_F(SimulateCall, does_not_exist_in_production)
{
    async::asio::io_context io;
    RunningApp app{{{"PHONY_ENV", "production"},
                    {"TWILIO_AUTH_TOKEN", token},
                    {"PHONY_PUBLIC_URL", public_url},
                    {"PHONY_SUPERVISOR_TOKENS", "none"},
                    {"OPENAI_API_KEY", "sk-test"}}};
    run_io(io, [](RunningApp& server) -> awaitable<void> {
        const auto post = co_await post_json(server.address(), "/test/simulate_call", "{}");
        EXPECT_EQ(post.status, 404U);
        EXPECT_EQ(post.code(), "NOT_FOUND");
        EXPECT_EQ((co_await get(server.address(), "/test/simulate_call")).status, 404U);
        EXPECT_EQ((co_await get(server.address(), "/test/")).status, 404U);
    }(app));
}

}  // namespace
}  // namespace phony::test
