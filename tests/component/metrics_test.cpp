// What Prometheus is told, held against what really happened.

#include "support/events_client.hpp"
#include "support/eventually.hpp"
#include "support/fake_openai.hpp"
#include "support/hurry.hpp"
#include "support/relay_client.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>
#include <functional>

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using testing::HasSubstr;
using testing::Not;

RunningApp::Settings settings_for(const FakeOpenAi& openai)
{
    return {{"OPENAI_BASE_URL", openai.base_url()}, {"OPENAI_MODEL", "gpt-test"}};
}

class Metrics : public AppTest {
protected:
    /// Runs `script` with the program and a model that the test answers for.
    void run(FakeOpenAi::Answer answer, std::function<awaitable<void>(RunningApp&)> script)
    {
        openai.answer(std::move(answer));
        RunningApp app{settings_for(openai), hurry};
        run_io(
            io,
            [&]() -> awaitable<void> {
                co_await script(app);
                EXPECT_TRUE(co_await eventually([&] { return app.is_idle(); }));
                openai.close();
            }(),
            60s);
    }

    async::asio::io_context io;
    FakeOpenAi openai{io};
};

FakeReply says(std::string words)
{
    return {.tokens = {std::move(words)}};
}

/// One caller with a known number of turns.
awaitable<void> chat(Address address, std::string call_sid, int turns, int& chatting)
{
    auto caller = co_await RelayClient::dial(address, std::move(call_sid));
    for (int turn = 0; turn < turns; ++turn) {
        co_await caller.prompt("Tell me more.");
        EXPECT_TRUE((co_await caller.reply()).complete);
    }
    co_await caller.hang_up();
    --chatting;
}

TEST_F(Metrics, equal_what_the_callers_did)
{
    constexpr int calls = 20;
    constexpr int turns = 5;
    run([](const auto&) { return says("All is well. [[press:1]]"); },
        [&](RunningApp& app) -> awaitable<void> {
            int chatting = calls;
            for (int i = 0; i < calls; ++i)
                co_spawn(io,
                         chat(app.address(), "CA" + std::to_string(i), turns, chatting),
                         async::asio::detached);
            EXPECT_TRUE(co_await eventually([&] { return chatting == 0; }, 40s));
            EXPECT_TRUE(co_await eventually(
                [&] { return app.metric("phony_calls_total{outcome=\"hung_up\"}") == calls; }));

            const auto now = app.metrics();
            EXPECT_EQ(now.sum("phony_transcript_count_total"), calls * turns);
            EXPECT_EQ(now.sum("phony_turns_total"), calls * turns);
            EXPECT_EQ(now.sum("phony_command_count_total"), calls * turns);
            EXPECT_EQ(now.sum("phony_model_requests_total", {{"result", "ok"}}), calls * turns);
            EXPECT_EQ(now.sum("phony_model_requests_total"), calls * turns);
            EXPECT_EQ(now.sum("phony_first_audio_playback_ms_count", {{"source", "frame"}}),
                      calls * turns);
            EXPECT_EQ(now.sum("phony_transcript_to_gpt_ms_count"), calls * turns);
            EXPECT_EQ(now.sum("phony_gpt_first_token_ms_count"), calls * turns);
            EXPECT_EQ(now.sum("phony_call_duration_seconds_count"), calls);
            EXPECT_EQ(now.sum("phony_relay_frames_total", {{"direction", "received"}}),
                      calls * (turns + 1))
                << "prompts, and a setup each";
            EXPECT_EQ(now.sum("phony_calls_total"), calls);
        });
}

TEST_F(Metrics, return_to_zero_when_all_have_gone)
{
    run([](const auto&) { return says("All is well."); },
        [](RunningApp& app) -> awaitable<void> {
            {
                auto caller = co_await RelayClient::dial(app.address(), "CA1");
                auto viewer = co_await EventsClient::open(app.address(), "/events/ws?callSid=CA1");
                co_await caller.prompt("Hello?");
                EXPECT_TRUE((co_await caller.reply()).complete);
                EXPECT_EQ(app.metrics().sum("phony_active_calls"), 1);
                EXPECT_EQ(app.metrics().sum("phony_viewers"), 1);
                EXPECT_GE(app.metrics().sum("phony_open_sockets"), 2);
                co_await caller.hang_up();
                co_await viewer.rest();
            }
            for (const char* gauge : {"phony_active_calls",
                                      "phony_stuck_calls",
                                      "phony_viewers",
                                      "phony_event_queue_depth",
                                      "phony_history_queue_depth",
                                      "phony_open_sockets",
                                      "phony_draining"})
                EXPECT_TRUE(co_await eventually([&] { return app.metrics().sum(gauge) == 0; }))
                    << gauge;
            EXPECT_TRUE(co_await eventually([&] {
                return app.metrics().sum("phony_model_connections", {{"state", "in_use"}}) == 0;
            }));
        });
}

TEST_F(Metrics, hold_no_call_and_no_number)
{
    run([](const auto&) { return says("All is well. [[transfer:+15557654321]]"); },
        [](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA0123456789abcdef");
            co_await caller.prompt("Hello? I am +15551234567.");
            co_await caller.reply();
            co_await post_json(
                app.address(), "/override/text", R"({"callSid":"CA0123456789abcdef","text":"Hi"})");
            co_await caller.hang_up();
            EXPECT_THAT(app.metrics().text(), Not(HasSubstr("CA0123")));
            EXPECT_THAT(app.metrics().text(), Not(HasSubstr("+1555")));
        });
}

// ── requests to the model ──

struct Outcome {
    const char* result;
    FakeReply reply;
    double requests;
};

class ModelRequests : public Metrics, public testing::WithParamInterface<Outcome> {};

TEST_P(ModelRequests, are_counted_by_what_came_of_them)
{
    const Outcome& expected = GetParam();
    run([&](const auto&) { return expected.reply; },
        [&](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            co_await caller.prompt("Hello?");
            co_await caller.reply();
            EXPECT_TRUE(co_await eventually([&] {
                return app.metrics().sum("phony_model_requests_total",
                                         {{"result", expected.result}, {"model", "gpt-test"}}) ==
                       expected.requests;
            })) << app.metrics().text();
            EXPECT_EQ(app.metrics().sum("phony_model_requests_total"), expected.requests);
            co_await caller.hang_up();
        });
}

INSTANTIATE_TEST_SUITE_P(
    ,
    ModelRequests,
    testing::Values(Outcome{"ok", {.tokens = {"Hello."}}, 1},
                    Outcome{"rate_limited", error_reply(429, "rate_limit_exceeded"), 2},
                    Outcome{"quota", error_reply(429, "insufficient_quota"), 1},
                    Outcome{"server", error_reply(500, "server_error"), 2},
                    Outcome{"refused", error_reply(401, "invalid_api_key"), 1},
                    Outcome{
                        "timeout",
                        {.fault_at = FakeReply::Point::after_head, .fault = FakeReply::Fault::hang},
                        2},
                    Outcome{"mid_stream",
                            {.tokens = {"Well, "},
                             .fault_at = FakeReply::Point::after_tokens,
                             .fault = FakeReply::Fault::error_event,
                             .fault_after_tokens = 1},
                            1}),
    [](const auto& info) { return std::string{info.param.result}; });

TEST_F(Metrics, call_a_request_that_a_newer_turn_replaced_cancelled)
{
    run(
        [](const FakeOpenAi::Request& request) {
            if (request.last_message() == "And now?") return says("All is well.");
            return FakeReply{.tokens = {"Never heard."}, .first_token_delay = 10min};
        },
        [&](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            co_await caller.prompt("Hello?");
            co_await openai.until([&] { return openai.requests().size() == 1; });
            co_await caller.prompt("And now?");
            EXPECT_EQ((co_await caller.reply()).text, "All is well.");
            EXPECT_TRUE(co_await eventually([&] {
                return app.metrics().sum("phony_model_requests_total", {{"result", "ok"}}) == 1;
            }));
            EXPECT_EQ(app.metrics().sum("phony_model_requests_total", {{"result", "cancelled"}}),
                      1);
            EXPECT_EQ(app.metrics().sum("phony_model_requests_total"), 2);
            co_await caller.hang_up();
        });
}

/// The usage follows the last words, and here it is cut off from them: it comes in a read of its
/// own.
TEST_F(Metrics, learn_the_usage_that_comes_behind_the_reply)
{
    const std::string words =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello.\"},"
        "\"finish_reason\":\"stop\"}]}\n\n";
    const std::string usage =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":7,"
        "\"prompt_tokens_details\":{\"cached_tokens\":64}}}\n\ndata: [DONE]\n\n";
    run([&](const auto&) { return FakeReply{.body = words + usage, .splits = {words.size()}}; },
        [](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            co_await caller.prompt("Hello?");
            EXPECT_EQ((co_await caller.reply()).text, "Hello.");
            EXPECT_TRUE(co_await eventually([&] {
                return app.metrics().sum("phony_model_tokens_total", {{"type", "output"}}) == 7;
            }));
            EXPECT_EQ(app.metrics().sum("phony_model_tokens_total", {{"type", "input"}}), 120);
            EXPECT_EQ(app.metrics().sum("phony_model_tokens_total", {{"type", "cached"}}), 64);
            co_await caller.hang_up();
        });
}

// ── the clocks ──

/// The mean of a latency, in milliseconds, over some turns with this reply.
awaitable<double> mean_first_token(RunningApp& app, RelayClient& caller, int turns)
{
    const auto before = app.metrics();
    for (int turn = 0; turn < turns; ++turn) {
        co_await caller.prompt("Hello?");
        co_await caller.reply();
    }
    const auto counted = [&] {
        return app.metrics().sum("phony_gpt_first_token_ms_count") -
               before.sum("phony_gpt_first_token_ms_count");
    };
    EXPECT_TRUE(co_await eventually([&] { return counted() == turns; }));
    co_return (app.metrics().sum("phony_gpt_first_token_ms_sum") -
               before.sum("phony_gpt_first_token_ms_sum")) /
        counted();
}

TEST_F(Metrics, show_the_delay_of_a_model_and_hardly_more)
{
    FakeReply reply{.tokens = {"All is well."}};
    run([&](const auto&) { return reply; },
        [&](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            const double overhead = co_await mean_first_token(app, caller, 5);
            reply.first_token_delay = 300ms;
            const double delayed = co_await mean_first_token(app, caller, 5);
            RecordProperty("overhead_ms", std::to_string(overhead));
            RecordProperty("delayed_ms", std::to_string(delayed));
            // The model counts from when the request reached it, we from when we learn that it was
            // written, which is the later of the two on a busy machine.
            EXPECT_NEAR(delayed, 300, overhead + unnoticed_ms / 4);
            co_await caller.hang_up();
        });
}

TEST_F(Metrics, show_when_the_caller_began_to_hear)
{
    constexpr auto delay = 400ms;
    run([](const auto&) { return says("All is well."); },
        [&](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            co_await caller.prompt("Hello?");
            EXPECT_TRUE((co_await caller.reply()).complete);
            async::Timer voice{io.get_executor(), delay};
            co_await voice.async_wait(async::as_result);
            co_await caller.send(R"({"type":"info","name":"agentSpeaking","value":"on"})");
            co_await caller.send(R"({"type":"info","name":"tokensPlayed","value":"All is well."})");
            co_await caller.send(R"({"type":"info","name":"agentSpeaking","value":"off"})");
            EXPECT_TRUE(co_await eventually([&] {
                return app.metrics().sum("phony_first_audio_playback_ms_count",
                                         {{"source", "agent_speaking"}}) == 1;
            }));
            const auto now = app.metrics();
            const double spoken =
                now.sum("phony_first_audio_playback_ms_sum", {{"source", "agent_speaking"}});
            const double written =
                now.sum("phony_first_audio_playback_ms_sum", {{"source", "frame"}});
            RecordProperty("agent_speaking_ms", std::to_string(spoken));
            RecordProperty("frame_ms", std::to_string(written));
            EXPECT_GE(spoken, 400);
            EXPECT_LE(spoken, 400 + written + unnoticed_ms / 4);
            co_await caller.hang_up();
        });
}

// ── what else an operator counts ──

TEST_F(Metrics, count_orders_by_what_they_came_to)
{
    run([](const auto&) { return says("All is well."); },
        [](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            co_await caller.prompt("Hello?");
            EXPECT_TRUE((co_await caller.reply()).complete);
            const auto order = [&](std::string_view action,
                                   std::string body) -> awaitable<unsigned> {
                const auto reply =
                    co_await post_json(app.address(), "/override/" + std::string{action}, body);
                co_return reply.status;
            };
            EXPECT_EQ(co_await order("text", R"({"callSid":"CA1","text":"Hi"})"), 200U);
            EXPECT_EQ(co_await order("text", R"({"callSid":"CA2","text":"Hi"})"), 404U);
            EXPECT_EQ(co_await order("dtmf", R"({"callSid":"CA1","digit":"x"})"), 400U);
            EXPECT_EQ(co_await order("clarification", R"({"callSid":"CA1","response":"a"})"), 400U);
            const auto now = app.metrics();
            const auto count = [&](const char* action, const char* outcome) {
                return now.sum("phony_overrides_total", {{"action", action}, {"outcome", outcome}});
            };
            EXPECT_EQ(count("text", "accepted"), 1);
            EXPECT_EQ(count("text", "not_found"), 1);
            EXPECT_EQ(count("dtmf", "invalid"), 1);
            EXPECT_EQ(count("clarification", "refused"), 1);
            EXPECT_EQ(now.sum("phony_overrides_total"), 4);
            EXPECT_EQ(now.sum("phony_override_count_total"), 1);
            co_await caller.hang_up();
        });
}

TEST_F(Metrics, time_requests_by_route_and_never_by_what_a_client_made_up)
{
    run([](const auto&) { return says("All is well."); },
        [](RunningApp& app) -> awaitable<void> {
            co_await get(app.address(), "/healthz");
            co_await get(app.address(), "/calls/CA1");
            co_await get(app.address(), "/calls/CA2");
            co_await get(app.address(), "/no/such/path");
            const auto now = app.metrics();
            const auto count = [&](const char* route, const char* status_class) {
                return now.sum("phony_http_request_duration_seconds_count",
                               {{"route", route}, {"status_class", status_class}});
            };
            EXPECT_EQ(count("/healthz", "2xx"), 1);
            EXPECT_EQ(count("/calls/{callSid}", "4xx"), 2);
            EXPECT_EQ(count("unknown", "4xx"), 1);
            EXPECT_THAT(now.text(), Not(HasSubstr("/no/such")));
        });
}

TEST_F(Metrics, feel_the_pulse_of_each_event_loop)
{
    run([](const auto&) { return says("All is well."); },
        [](RunningApp& app) -> awaitable<void> {
            for (const char* core : {"0", "1"})
                EXPECT_TRUE(co_await eventually([&] {
                    return app.metrics().sum("phony_event_loop_lag_seconds_count",
                                             {{"core", core}}) >= 3;
                }));
        });
}

}  // namespace
}  // namespace phony::test
