// Supervisors watch calls: what comes over /events/ws, in which order, and when it ends.

#include "support/events_client.hpp"
#include "support/eventually.hpp"
#include "support/model_test.hpp"
#include "support/relay_client.hpp"
#include "support/turn_timeline.hpp"

#include <chrono>
#include <functional>

#include <gmock/gmock.h>

#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr auto seq_of = [](const EventsClient::Message& message) {
    return message.at("seq").to_number<std::uint64_t>();
};

std::vector<std::uint64_t> counting(std::uint64_t first, std::uint64_t last)
{
    std::vector<std::uint64_t> numbers(last + 1 - first);
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

class Events : public ModelTest {
protected:
    using Script = std::function<awaitable<void>(RunningApp&)>;

    Events()
    {
        openai.answer([](const FakeOpenAi::Request& request) {
            return FakeReply{.tokens = {"You", " said: ", request.last_message()}};
        });
    }

    void run(const Script& script, const RunningApp::Adjust& adjust = {})
    {
        RunningApp app{{{"OPENAI_BASE_URL", openai.base_url()}}, adjust};
        play(app, script(app), 60s);
        EXPECT_EQ(app.metric("phony_viewers"), 0);
    }

    /// A call that has said this, and heard the answer.
    static awaitable<RelayClient> call(RunningApp& app, std::string call_sid, int turns = 1)
    {
        auto caller = co_await RelayClient::dial(app.address(), std::move(call_sid));
        for (int turn = 0; turn < turns; ++turn) {
            co_await caller.prompt("Hi");
            co_await caller.reply();
        }
        co_return caller;
    }

    /// The call is over, and this is all that happened.
    static awaitable<std::vector<std::uint64_t>> all_of(RunningApp& app, std::string call_sid)
    {
        EXPECT_TRUE(co_await eventually([&] { return app.events().ended(call_sid); }));
        co_return counting(1, app.events().of(call_sid).back().seq);
    }

    static awaitable<EventsClient> view(RunningApp& app, const std::string& query)
    {
        return EventsClient::open(app.address(), "/events/ws?" + query);
    }
};

TEST_F(Events, come_past_first_and_then_live_and_end_with_the_call)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto caller = co_await call(app, "CA1");
        auto viewer = co_await view(app, "callSid=CA1");
        const auto past = co_await viewer.until("assistant_reply");
        EXPECT_EQ(past.front().at("type"), "call_started");
        EXPECT_EQ(past.front().at("from"), "+15551234567");
        EXPECT_THAT(types_of(past), Contains("transcript"));
        EXPECT_THAT(types_of(past), Contains("assistant_token"));
        EXPECT_EQ(past.back().at("text"), "You said: Hi");
        EXPECT_EQ(app.metric("phony_viewers"), 1);

        co_await caller.prompt("More");
        const auto live = co_await viewer.until("assistant_reply");
        EXPECT_EQ(live.back().at("text"), "You said: More");
        co_await caller.hang_up();
        const auto end = co_await viewer.rest();
        EXPECT_EQ(end.back().at("type"), "call_ended");
        EXPECT_EQ(viewer.close_code(), 1000U);
        EXPECT_EQ(viewer.close_reason(), "the call has ended");

        auto seqs = seqs_of(past);
        for (const auto seq : seqs_of(live)) seqs.push_back(seq);
        for (const auto seq : seqs_of(end)) seqs.push_back(seq);
        EXPECT_EQ(seqs, co_await all_of(app, "CA1"));
    });
}

TEST_F(Events, tell_where_each_millisecond_of_a_turn_went)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto viewer = co_await view(app, "callSid=CA1");
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        co_await caller.prompt("Hi");
        co_await caller.reply();
        co_await caller.send(R"({"type":"info","name":"agentSpeaking","value":"on"})");
        co_await caller.send(R"({"type":"info","name":"tokensPlayed","value":"You said: Hi"})");
        co_await caller.send(R"({"type":"info","name":"agentSpeaking","value":"off"})");
        const auto events = co_await viewer.until("latency");

        auto stages = checked_stages(events.back());
        EXPECT_EQ(stages.front(), "request_written");
        EXPECT_EQ(stages.back(), "playback_ended");
        EXPECT_THAT(stages,
                    UnorderedElementsAre("request_written",
                                         "response_headers",
                                         "first_token",
                                         "first_frame",
                                         "agent_speaking",
                                         "reply_complete",
                                         "playback_ended"));
        co_await caller.hang_up();
        co_await viewer.rest();
    });
}

TEST_F(Events, go_on_after_the_one_that_was_seen_last)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto caller = co_await call(app, "CA1");
        auto viewer = co_await view(app, "callSid=CA1&since=3");
        EXPECT_EQ(seq_of((co_await viewer.next()).value()), 4U);
        viewer.break_off();
        co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.events().ended("CA1"); }));

        // The call has ended, and yet whoever comes back learns so.
        const auto last = app.events().of("CA1").back().seq;
        auto late = co_await view(app, "callSid=CA1&since=" + std::to_string(last - 1));
        const auto rest = co_await late.rest();
        EXPECT_THAT(types_of(rest), ElementsAre("call_ended"));
        EXPECT_EQ(late.close_code(), 1000U);
    });
}

TEST_F(Events, of_which_some_are_gone_begin_with_truncated)
{
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto caller = co_await call(app, "CA1", 5);
            auto viewer = co_await view(app, "callSid=CA1&since=1");
            const auto truncated = (co_await viewer.next()).value();
            EXPECT_EQ(truncated.at("type"), "truncated");
            EXPECT_EQ(truncated.at("callSid"), "CA1");
            const auto first = (co_await viewer.next()).value();
            EXPECT_EQ(seq_of(first), truncated.at("firstSeq").to_number<std::uint64_t>());
            EXPECT_EQ(seq_of(first) - 2, truncated.at("missed").to_number<std::uint64_t>());
            co_await viewer.close();
            co_await caller.hang_up();
        },
        [](app::Config& config) { config.event_bounds.kept.events = 5; });
}

TEST_F(Events, come_to_a_viewer_that_was_there_before_the_call)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto viewer = co_await view(app, "callSid=CA1");
        EXPECT_TRUE(co_await eventually([&] { return app.metric("phony_viewers") == 1; }));
        auto caller = co_await call(app, "CA1");
        co_await caller.hang_up();
        const auto all = co_await viewer.rest();
        EXPECT_EQ(seqs_of(all), co_await all_of(app, "CA1"));
        EXPECT_EQ(viewer.close_code(), 1000U);
    });
}

TEST_F(Events, are_of_the_call_that_the_first_message_names)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto caller = co_await call(app, "CA1");
        auto viewer = co_await EventsClient::open(app.address(), "/events/ws");
        co_await viewer.send(R"({"callSid":"CA1","since":2})");
        EXPECT_EQ(seq_of((co_await viewer.next()).value()), 3U);
        co_await viewer.close();
        co_await caller.hang_up();
    });
}

TEST_F(Events, are_refused_to_a_first_message_that_is_wrong_or_does_not_come)
{
    run(
        [](RunningApp& app) -> awaitable<void> {
            for (const char* message : {"hello",
                                        "[]",
                                        "{}",
                                        R"({"callSid":7})",
                                        R"({"callSid":"CA 1"})",
                                        R"({"callSid":"CA1","since":-1})",
                                        R"({"callSid":"*","since":1})"}) {
                auto viewer = co_await EventsClient::open(app.address(), "/events/ws");
                co_await viewer.send(message);
                EXPECT_TRUE((co_await viewer.rest()).empty()) << message;
                EXPECT_EQ(viewer.close_code(), 1008U) << message;
                EXPECT_NE(viewer.close_reason(), "") << message;
            }
            auto mute = co_await EventsClient::open(app.address(), "/events/ws");
            EXPECT_TRUE((co_await mute.rest()).empty());
            EXPECT_EQ(mute.close_code(), 1008U);
            EXPECT_EQ(mute.close_reason(), "no callSid in time");
        },
        [](app::Config& config) { config.limits.first_frame = 1s; });
}

TEST_F(Events, are_refused_before_the_upgrade_when_the_query_is_wrong)
{
    struct Bad {
        std::string query, field;
    };
    const std::vector<Bad> all{{"callSid=", "callSid"},
                               {"callSid=CA%201", "callSid"},
                               {"callSid=%3Cscript%3E", "callSid"},
                               {"callSid=" + std::string(129, 'C'), "callSid"},
                               {"since=5", "callSid"},
                               {"callSid=CA1&since=x", "since"},
                               {"callSid=CA1&since=-1", "since"},
                               {"callSid=*&since=5", "since"},
                               {"callSid=*&tokens=yes", "tokens"},
                               {"callSid=%zz", ""}};
    const Headers upgrade{{"Connection", "Upgrade"},
                          {"Upgrade", "websocket"},
                          {"Sec-WebSocket-Version", "13"},
                          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    run([&](RunningApp& app) -> awaitable<void> {
        for (const auto& [query, field] : all) {
            const auto reply =
                co_await ask(app.address(), request_text("GET", "/events/ws?" + query, upgrade));
            EXPECT_EQ(reply.status, 400U) << query;
            EXPECT_EQ(reply.code(), "WEBSOCKET_ERROR") << query;
            EXPECT_EQ(reply.detail("field"), field) << query;
            EXPECT_EQ(reply.body.find("script"), std::string::npos);
        }
        const auto plain = co_await get(app.address(), "/events/ws?callSid=CA1");
        EXPECT_EQ(plain.status, 426U);
        EXPECT_EQ(plain.code(), "WEBSOCKET_ERROR");
    });
}

TEST_F(Events, of_all_calls_begin_with_those_that_are_active)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto one = co_await call(app, "CA1");
        EXPECT_TRUE(co_await eventually(
            [&] { return app.events().count<call::AssistantReply>("CA1") == 1; }));
        auto viewer = co_await view(app, "callSid=*");
        const auto started = (co_await viewer.next()).value();
        EXPECT_EQ(started.at("type"), "call_started");
        EXPECT_EQ(started.at("callSid"), "CA1");
        const auto state = (co_await viewer.next()).value();
        EXPECT_EQ(state.at("type"), "call_state");
        EXPECT_EQ(state.at("callSid"), "CA1");
        EXPECT_EQ(state.at("state"), "active");
        EXPECT_EQ(state.at("lastAssistantText"), "You said: Hi");
        EXPECT_GE(seq_of(state), 4U);

        auto two = co_await call(app, "CA2");
        co_await one.hang_up();
        co_await two.hang_up();
        std::vector<EventsClient::Message> live;
        for (int ended = 0; ended < 2;) {
            live.push_back((co_await viewer.next()).value());
            if (live.back().at("type") == "call_ended") ++ended;
        }
        EXPECT_THAT(types_of(live), Not(Contains("assistant_token")));
        std::erase_if(live, [](const auto& message) { return message.at("callSid") != "CA2"; });
        EXPECT_EQ(live.front().at("type"), "call_started");
        EXPECT_THAT(types_of(live), Contains("assistant_reply"));

        // The end of a call does not end it.
        auto three = co_await call(app, "CA3");
        EXPECT_EQ((co_await viewer.until("call_started")).back().at("callSid"), "CA3");
        co_await viewer.close();
        co_await three.hang_up();
    });
}

TEST_F(Events, of_all_calls_have_tokens_when_they_are_asked_for)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto viewer = co_await view(app, "callSid=*&tokens=1");
        EXPECT_TRUE(co_await eventually([&] { return app.metric("phony_viewers") == 1; }));
        auto caller = co_await call(app, "CA1");
        co_await caller.hang_up();
        const auto all = co_await viewer.until("call_ended");
        EXPECT_THAT(types_of(all), Contains("assistant_token"));
        EXPECT_EQ(seqs_of(all), co_await all_of(app, "CA1"));
        co_await viewer.close();
    });
}

TEST_F(Events, of_a_call_that_is_resumed_go_on)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto viewer = co_await view(app, "callSid=CA1");
        auto caller = co_await call(app, "CA1");
        caller.break_off();
        auto seen = co_await viewer.until("call_ended");
        EXPECT_EQ(seen.back().at("reason"), "connection_lost");

        auto again = co_await call(app, "CA1");
        co_await again.hang_up();
        for (auto& message : co_await viewer.rest()) seen.push_back(std::move(message));
        EXPECT_EQ(viewer.close_code(), 1000U);
        EXPECT_EQ(seen.back().at("reason"), "hung_up");
        EXPECT_EQ(seqs_of(seen), counting(1, seen.size()));
    });
}

TEST_F(Events, of_a_call_that_is_lost_end_when_it_is_not_resumed)
{
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto viewer = co_await view(app, "callSid=CA1");
            auto caller = co_await call(app, "CA1");
            caller.break_off();
            EXPECT_EQ((co_await viewer.rest()).back().at("reason"), "connection_lost");
            EXPECT_EQ(viewer.close_code(), 1000U);
        },
        [](app::Config& config) { config.event_bounds.keep_lost = 10ms; });
}

TEST_F(Events, twenty_times_resumed_are_each_seen_once_and_in_order)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        std::vector<std::uint64_t> seen;
        for (int reconnect = 0; reconnect < 20; ++reconnect) {
            const auto since = seen.empty() ? 0 : seen.back();
            auto viewer = co_await view(app, "callSid=CA1&since=" + std::to_string(since));
            co_await caller.prompt("Hi");
            co_await caller.reply();
            // Now and then with events unread, and at any place in the turn.
            for (int i = 0; i < 2 + reconnect % 3; ++i)
                seen.push_back(seq_of((co_await viewer.next()).value()));
            viewer.break_off();
        }
        co_await caller.hang_up();
        auto last = co_await view(app, "callSid=CA1&since=" + std::to_string(seen.back()));
        for (const auto seq : seqs_of(co_await last.rest())) seen.push_back(seq);
        EXPECT_EQ(seen, co_await all_of(app, "CA1"));
    });
}

TEST_F(Events, come_with_a_heartbeat_that_any_library_answers)
{
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto viewer = co_await view(app, "callSid=CA1");
            // Only reading, which answers the pings of WebSocket, it outlives the silence allowed.
            const auto until = std::chrono::steady_clock::now() + 2500ms;
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            while (std::chrono::steady_clock::now() < until) {
                co_await caller.prompt("Hi");
                co_await caller.reply();
                const auto seen = co_await viewer.until("assistant_reply");
                EXPECT_FALSE(seen.empty()) << "closed with " << viewer.close_reason();
                if (seen.empty()) break;
            }
            EXPECT_GE(viewer.json_pings(), 2U);
            EXPECT_GE(viewer.pings(), 2U);
            co_await viewer.close();
            co_await caller.hang_up();
        },
        [](app::Config& config) {
            config.limits.viewer_ping = 100ms;
            config.limits.viewer_silence = 1s;
        });
}

TEST_F(Events, end_for_a_viewer_that_gives_no_sign_of_life)
{
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto viewer = co_await view(app, "callSid=CA1");
            // Nobody reads, so nobody answers the pings.
            EXPECT_TRUE(co_await eventually(
                [&] { return app.metric("phony_viewers_dropped_total{reason=\"silent\"}") == 1; }));
            EXPECT_TRUE((co_await viewer.rest()).empty());
            EXPECT_EQ(viewer.close_code(), 1008U);
            EXPECT_EQ(viewer.close_reason(), "no sign of life");
        },
        [](app::Config& config) {
            config.limits.viewer_ping = 100ms;
            config.limits.viewer_silence = 300ms;
        });
}

TEST_F(Events, go_on_whatever_a_viewer_says)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto caller = co_await call(app, "CA1");
        auto viewer = co_await view(app, "callSid=CA1");
        co_await viewer.until("assistant_reply");
        for (const char* message : {R"({"type":"pong"})", R"({"callSid":"CA2"})", "no JSON", ""})
            co_await viewer.send(message);
        co_await caller.prompt("More");
        EXPECT_EQ((co_await viewer.until("assistant_reply")).back().at("text"), "You said: More");
        co_await viewer.close();
        co_await caller.hang_up();
    });
}

TEST_F(Events, end_for_a_viewer_that_says_too_much)
{
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto viewer = co_await view(app, "callSid=CA1");
            for (int i = 0; i < 6; ++i) co_await viewer.send(R"({"type":"pong"})");
            EXPECT_TRUE((co_await viewer.rest()).empty());
            EXPECT_EQ(viewer.close_code(), 1008U);
            EXPECT_EQ(viewer.close_reason(), "too many messages");
        },
        [](app::Config& config) { config.event_rate = 5; });
}

/// Long replies fill what the kernel holds for a viewer that does not read.
FakeReply long_reply(const FakeOpenAi::Request& request)
{
    if (request.last_message() != "Tell me all") return FakeReply{.tokens = {"Yes."}};
    return FakeReply{.tokens = std::vector<std::string>(10, std::string(4000, 'a'))};
}

TEST_F(Events, end_for_a_viewer_that_does_not_keep_up_while_the_call_goes_on)
{
    openai.answer(long_reply);
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            auto slow = co_await EventsClient::open(app.address(), "/events/ws?callSid=CA1", 2048);
            auto good = co_await view(app, "callSid=CA1");
            EXPECT_TRUE(co_await eventually([&] { return app.metric("phony_viewers") == 2; }));
            const auto dropped = [&] {
                return app.metric("phony_viewers_dropped_total{reason=\"too_slow\"}");
            };
            for (int turn = 0; turn < 400 && dropped() == 0; ++turn) {
                co_await caller.prompt("Tell me all");
                EXPECT_TRUE((co_await caller.reply()).complete);
                EXPECT_FALSE((co_await good.until("assistant_reply")).empty());
            }
            EXPECT_TRUE(co_await eventually([&] { return app.metric("phony_viewers") == 1; }));
            EXPECT_EQ(dropped(), 1);

            co_await caller.prompt("Still there?");
            EXPECT_EQ((co_await caller.reply()).text, "Yes.");
            EXPECT_EQ((co_await good.until("assistant_reply")).back().at("text"), "Yes.");
            co_await good.close();
            co_await caller.hang_up();
            slow.break_off();
        },
        [](app::Config& config) {
            config.event_bounds.queued = {.events = 50, .bytes = 500'000};
            config.limits.write = 1s;
        });
}

TEST_F(Events, end_with_a_reason_for_a_viewer_that_reads_again_too_late)
{
    openai.answer(long_reply);
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            auto slow = co_await EventsClient::open(app.address(), "/events/ws?callSid=CA1", 2048);
            EXPECT_TRUE(co_await eventually([&] { return app.metric("phony_viewers") == 1; }));
            // What fits nowhere is queued, until there is no place in the queue either.
            for (int turn = 0; turn < 50; ++turn) {
                co_await caller.prompt("Tell me all");
                EXPECT_TRUE((co_await caller.reply()).complete);
            }
            const auto seen = seqs_of(co_await slow.rest());
            EXPECT_EQ(slow.close_code(), 1008U);
            EXPECT_EQ(slow.close_reason(), "too slow");
            EXPECT_EQ(seen, counting(1, seen.size())) << "what it got was whole";
            co_await caller.hang_up();
        },
        [](app::Config& config) { config.event_bounds.queued = {.events = 50}; });
}

TEST_F(Events, end_with_the_server)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto viewer = co_await view(app, "callSid=CA1");
        auto everything = co_await view(app, "callSid=*");
        EXPECT_TRUE(co_await eventually([&] { return app.metric("phony_viewers") == 2; }));
        app.stop();
        EXPECT_TRUE((co_await viewer.rest()).empty());
        EXPECT_EQ(viewer.close_code(), 1001U);
        EXPECT_TRUE((co_await everything.rest()).empty());
        EXPECT_EQ(everything.close_code(), 1001U);
        EXPECT_TRUE(co_await eventually([&] { return app.over(); }));
    });
}

TEST_F(Events, tell_which_calls_are_active)
{
    run([](RunningApp& app) -> awaitable<void> {
        EXPECT_EQ((co_await get(app.address(), "/calls")).body, R"({"calls":[]})");
        auto one = co_await call(app, "CA1");
        auto two = co_await call(app, "CA2", 2);
        EXPECT_TRUE(co_await eventually(
            [&] { return app.events().count<call::AssistantReply>("CA2") == 2; }));
        const auto reply = co_await get(app.address(), "/calls");
        EXPECT_EQ(reply.status, 200U);
        const auto calls = reply.json().at("calls").as_array();
        EXPECT_EQ(calls.size(), 2U);
        EXPECT_EQ(calls.at(0).at("callSid"), "CA1");
        EXPECT_EQ(calls.at(1).at("callSid"), "CA2");
        EXPECT_EQ(calls.at(1).at("metrics").at("transcript_count"), 2);
        EXPECT_EQ(calls.at(1).at("lastCallerText"), "Hi");
        EXPECT_FALSE(calls.at(1).as_object().contains("transcript"));
        co_await one.hang_up();
        co_await two.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 0; }));
        EXPECT_EQ((co_await get(app.address(), "/calls")).body, R"({"calls":[]})");
    });
}

}  // namespace
}  // namespace phony::test
