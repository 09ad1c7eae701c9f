// A relay socket that breaks, or is replaced, in the middle of a call; and a process that ends
// then.

#include "support/eventually.hpp"
#include "support/model_test.hpp"
#include "support/relay_client.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/array.hpp>

#include <chrono>
#include <functional>

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Lines = std::vector<std::string>;

class Resumption : public ModelTest {
protected:
    Resumption()
    {
        openai.answer([](const FakeOpenAi::Request& request) {
            if (request.last_message() == "Tell me a story.") return story();
            return echo(request);
        });
    }

    /// What is heard of it by the clock alone is its first sentence: of the word behind it, which
    /// is as long as a chapter, nothing. It is never complete.
    static FakeReply story()
    {
        return FakeReply{.tokens = {"Once upon a time. ", std::string(4000, 'x'), "."},
                         .fault_at = FakeReply::Point::after_tokens,
                         .fault = FakeReply::Fault::hang,
                         .fault_after_tokens = 3};
    }

    std::unique_ptr<RunningApp> start() const
    {
        return std::make_unique<RunningApp>(
            RunningApp::Settings{{"OPENAI_BASE_URL", openai.base_url()},
                                 {"PHONY_DATA_DIR", data.path()},
                                 {"PHONY_WELCOME_GREETING", "Welcome."},
                                 {"PHONY_TWIML_PROFILE", "twilio"}});
    }

    void run(const std::function<awaitable<void>()>& script)
    {
        const auto whole = [&]() -> awaitable<void> {
            co_await script();
            openai.close();
        };
        run_io(io, whole(), 60s);
    }

    /// As a service manager restarts a program that has no time to drain.
    awaitable<void> restart(std::unique_ptr<RunningApp>& app) const
    {
        app->stop();
        app->stop();
        EXPECT_TRUE(co_await eventually([&] { return app->over(); }));
        app.reset();
        app = start();
    }

    static awaitable<std::string> report_failure(const RunningApp& app)
    {
        co_return (co_await post_form(app.address(),
                                      "/relay/action",
                                      Form{{{"CallSid", "CA1"},
                                            {"CallStatus", "in-progress"},
                                            {"SessionStatus", "failed"},
                                            {"ErrorCode", "64105"},
                                            {"ErrorMessage", "Websocket ended"}}}))
            .body;
    }

    /// What is sent before this has been dealt with when it returns.
    static awaitable<void> settle(const RunningApp& app, RelayClient& caller)
    {
        const auto partial = [&] { return app.events().count<call::Transcript>("CA1"); };
        const auto before = partial();
        co_await caller.send(R"({"type":"prompt","voicePrompt":"um","lang":"en-US","last":false})");
        EXPECT_TRUE(co_await eventually([&] { return partial() > before; }));
    }

    /// Asks for the story, and has heard its first sentence.
    static awaitable<void> hear_beginning(const RunningApp& app, RelayClient& caller)
    {
        co_await caller.prompt("Tell me a story.");
        std::string text;
        while (!text.ends_with("x.")) {
            const auto frame = co_await caller.receive();
            if (!frame) break;
            text += frame->at("token").as_string();
        }
        co_await caller.send(R"({"type":"info","name":"agentSpeaking","value":"on"})");
        co_await caller.send(R"({"type":"info","name":"tokensPlayed","value":"Welcome."})");
        co_await caller.send(
            R"({"type":"info","name":"tokensPlayed","value":"Once upon a time."})");
        co_await settle(app, caller);
    }

    /// The one call of the history, once it is known there that its caller has hung up.
    static awaitable<boost::json::value> only_past_call(const RunningApp& app)
    {
        for (;;) {
            const auto page = (co_await get(app.address(), "/history")).json();
            const auto& calls = page.at("calls").as_array();
            EXPECT_LE(calls.size(), 1U);
            if (calls.size() != 1) continue;
            if (calls.at(0).at("endReason") == "hung_up") co_return calls.at(0);
        }
    }

    /// Without the system prompt.
    static Lines dialogue_of(const FakeOpenAi::Request& request)
    {
        Lines lines;
        for (const auto& message : request.json.at("messages").as_array()) {
            if (message.at("role") == "system") continue;
            std::string line{message.at("role").as_string()};
            line.append(": ").append(message.at("content").as_string());
            lines.push_back(std::move(line));
        }
        return lines;
    }

    const Lines story_and_question{"assistant: Welcome.",
                                   "user: Tell me a story.",
                                   "assistant: Once upon a time",
                                   "user: Go on."};

    TemporaryDirectory data;
};

TEST_F(Resumption, in_the_middle_of_a_reply_shows_the_model_what_was_heard_of_it)
{
    const auto app = start();
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await hear_beginning(*app, caller);
        caller.break_off();
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 0; }));

        const auto twiml = co_await report_failure(*app);
        EXPECT_THAT(twiml, HasSubstr("<ConversationRelay"));
        EXPECT_THAT(twiml, Not(HasSubstr("welcomeGreeting")));
        auto again = co_await RelayClient::dial(app->address(), "CA1");
        co_await again.prompt("Go on.");
        EXPECT_EQ((co_await again.reply()).text, "You said: Go on.");
        EXPECT_EQ(dialogue_of(openai.requests().back()), story_and_question);
        EXPECT_EQ(app->events().all<call::AssistantReply>("CA1").back().turn, 2U);
        co_await again.hang_up();
    });
}

TEST_F(Resumption, after_a_restart_shows_the_model_what_was_heard)
{
    auto app = start();
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await hear_beginning(*app, caller);
        const auto trace = app->events().all<call::CallStarted>("CA1").at(0).trace_id;
        co_await restart(app);

        const auto twiml = co_await report_failure(*app);
        EXPECT_THAT(twiml, HasSubstr("<ConversationRelay"));
        EXPECT_THAT(twiml, Not(HasSubstr("welcomeGreeting")));
        auto again = co_await RelayClient::dial(app->address(), "CA1");
        co_await again.prompt("Go on.");
        EXPECT_EQ((co_await again.reply()).text, "You said: Go on.");
        EXPECT_EQ(dialogue_of(openai.requests().back()), story_and_question);
        EXPECT_EQ(app->events().all<call::CallStarted>("CA1").at(0).trace_id, trace);
        EXPECT_EQ(app->events().all<call::AssistantReply>("CA1").back().turn, 2U);

        // It is one call, whose events are numbered on.
        const auto live = (co_await get(app->address(), "/calls/CA1")).json();
        EXPECT_EQ(live.at("state"), "active");
        const auto lines = live.at("transcript").as_array();
        EXPECT_EQ(lines.size(), 3U);
        EXPECT_EQ(lines.at(0).at("text"), "Tell me a story.");
        co_await again.hang_up();
        const auto past = co_await only_past_call(*app);
        EXPECT_EQ(past.at("metrics").at("transcript_count"), 2);
        EXPECT_EQ(past.at("startedAt"), live.at("startedAt"));
        EXPECT_GT(past.at("seq").as_int64(), live.at("seq").as_int64());
    });
}

TEST_F(Resumption, that_twilio_does_by_itself_after_a_restart_goes_on_with_what_it_still_plays)
{
    auto app = start();
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await hear_beginning(*app, caller);
        co_await restart(app);

        // Nothing was asked: Twilio has kept what there was to play, and tells of it now.
        auto again = co_await RelayClient::dial(app->address(), "CA1");
        co_await again.interrupt(std::string(4000, 'x'));
        co_await again.prompt("Go on.");
        EXPECT_EQ((co_await again.reply()).text, "You said: Go on.");
        EXPECT_THAT(dialogue_of(openai.requests().back()),
                    ElementsAre("assistant: Welcome.",
                                "user: Tell me a story.",
                                testing::StartsWith("assistant: Once upon a time. " +
                                                    std::string(4000, 'x')),
                                "user: Go on."));
        co_await again.hang_up();
    });
}

TEST_F(Resumption, answers_what_nobody_had_begun_to_answer)
{
    openai.answer([asked = 0](const FakeOpenAi::Request& request) mutable {
        if (++asked == 1)
            return FakeReply{.fault_at = FakeReply::Point::after_head,
                             .fault = FakeReply::Fault::hang};
        return echo(request);
    });
    auto app = start();
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await caller.prompt("Where is my parcel?");
        co_await openai.until([&] { return openai.requests().size() == 1; });
        co_await restart(app);

        EXPECT_THAT(co_await report_failure(*app), HasSubstr("<ConversationRelay"));
        auto again = co_await RelayClient::dial(app->address(), "CA1");
        EXPECT_EQ((co_await again.reply()).text, "You said: Where is my parcel?");
        EXPECT_EQ(dialogue_of(openai.requests().back()),
                  (Lines{"assistant: Welcome.", "user: Where is my parcel?"}));
        co_await again.hang_up();
    });
}

TEST_F(Resumption, takes_a_prompt_that_twilio_repeats_once)
{
    async::Channel<std::string> words{io.get_executor(), 4};
    openai.answer([&, asked = 0](const FakeOpenAi::Request& request) mutable {
        switch (++asked) {
        case 1:
            return FakeReply{.fault_at = FakeReply::Point::after_head,
                             .fault = FakeReply::Fault::hang};
        case 2: return FakeReply{.live = &words};
        default: return echo(request);
        }
    });
    const auto app = start();
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await caller.prompt("Where is my parcel?");
        co_await openai.until([&] { return openai.requests().size() == 1; });
        caller.break_off();
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 0; }));

        // What it could not be sure of, and what was said meanwhile.
        auto again = co_await RelayClient::dial(app->address(), "CA1");
        co_await again.send(R"({"type":"info","name":"tokensPlayed","value":"Welcome."})");
        co_await again.prompt("Where is my parcel?");
        co_await settle(*app, again);
        co_await words.send("On its way.");
        words.finish();
        EXPECT_EQ((co_await again.reply()).text, "On its way.");
        EXPECT_EQ(openai.requests().size(), 2U);
        co_await again.send(R"({"type":"info","name":"tokensPlayed","value":"On its way."})");
        co_await again.prompt("Where is my parcel?");
        EXPECT_EQ((co_await again.reply()).text, "You said: Where is my parcel?");
        EXPECT_EQ(dialogue_of(openai.requests().back()),
                  (Lines{"assistant: Welcome.",
                         "user: Where is my parcel?",
                         "assistant: On its way.",
                         "user: Where is my parcel?"}));
        std::size_t said = 0;
        for (const auto& transcript : app->events().all<call::Transcript>("CA1"))
            said += transcript.final ? 1 : 0;
        EXPECT_EQ(said, 2U);
        co_await again.hang_up();
    });
}

TEST_F(Resumption, is_not_repeated_for_ever_however_often_the_program_starts_anew)
{
    auto app = start();
    run([&]() -> awaitable<void> {
        for (int resumed = 0; resumed <= 3; ++resumed) {
            auto caller = co_await RelayClient::dial(app->address(), "CA1");
            co_await caller.prompt("Hello?");
            EXPECT_EQ((co_await caller.reply()).text, "You said: Hello?");
            co_await restart(app);
            EXPECT_THAT(co_await report_failure(*app),
                        HasSubstr(resumed < 3 ? "<ConversationRelay" : "<Hangup"));
        }
        // Nor when Twilio does not ask.
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        EXPECT_FALSE((co_await caller.receive()).has_value());
        EXPECT_EQ(caller.close_code(), 1008U);
        EXPECT_EQ(openai.requests().size(), 4U);
    });
}

TEST_F(Resumption, is_left_to_the_second_of_two_sockets)
{
    const auto app = start();
    run([&]() -> awaitable<void> {
        auto older = co_await RelayClient::dial(app->address(), "CA1");
        co_await hear_beginning(*app, older);
        auto newer = co_await RelayClient::dial(app->address(), "CA1");
        EXPECT_FALSE((co_await older.receive()).has_value());
        EXPECT_EQ(older.close_code(), 1000U);
        EXPECT_TRUE(co_await eventually([&] { return app->figures().connections == 1; }));
        EXPECT_EQ(app->figures().active_calls, 1U);

        co_await newer.prompt("Go on.");
        EXPECT_EQ((co_await newer.reply()).text, "You said: Go on.");
        EXPECT_EQ(dialogue_of(openai.requests().back()), story_and_question);
        EXPECT_EQ(app->events().count<call::CallEnded>("CA1"), 0U);
        EXPECT_EQ((co_await get(app->address(), "/calls/CA1")).json().at("state"), "active");
        co_await newer.hang_up();

        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 0; }));
        EXPECT_EQ(app->events().count<call::CallStarted>("CA1"), 1U);
        EXPECT_EQ(app->events().count<call::CallEnded>("CA1"), 1U);
        EXPECT_EQ(app->events().count<call::AssistantReply>("CA1"), 1U);
        EXPECT_EQ(app->metric(R"(phony_calls_total{outcome="hung_up"})"), 1);
        EXPECT_EQ(app->metric(R"(phony_calls_total{outcome="connection_lost"})"), 0);
        co_await only_past_call(*app);
    });
}

TEST_F(Resumption, is_left_to_the_last_of_many_sockets)
{
    const auto app = start();
    run([&]() -> awaitable<void> {
        constexpr int many = 10;
        std::vector<RelayClient> sockets;
        for (int i = 0; i < many; ++i) {
            sockets.push_back(co_await RelayClient::dial(app->address(), "CA1"));
            if (i % 3 == 0) co_await sockets.back().prompt("Hello?");
        }
        int closed = 0;
        const auto listen = [&closed](RelayClient& socket) -> awaitable<void> {
            while (co_await socket.receive()) {}
            ++closed;
        };
        for (auto& socket : sockets) co_spawn(io, listen(socket), async::asio::detached);
        EXPECT_TRUE(co_await eventually([&] { return closed == many - 1; }));
        EXPECT_EQ(app->figures().active_calls, 1U);
        for (auto& socket : sockets) socket.break_off();
        EXPECT_TRUE(co_await eventually([&] { return closed == many; }));
        EXPECT_TRUE(co_await eventually([&] { return app->is_idle(); }));
        EXPECT_EQ(app->events().count<call::CallStarted>("CA1"), 1U);
        EXPECT_EQ(app->events().count<call::CallEnded>("CA1"), 1U);
    });
}

TEST_F(Resumption, does_what_the_call_had_come_to)
{
    auto app = start();
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await caller.prompt("Hello?");
        co_await caller.reply();
        const auto ordered = co_await post_json(
            app->address(), "/override/transfer", R"({"callSid":"CA1","target":"+15559999999"})");
        EXPECT_EQ(ordered.status, 200U);
        caller.break_off();  // perhaps before Twilio has read of it
        co_await restart(app);

        const auto twiml = co_await report_failure(*app);
        EXPECT_THAT(twiml, HasSubstr("<Dial"));
        EXPECT_THAT(twiml, HasSubstr("+15559999999"));
    });
}

TEST_F(Resumption, is_none_of_a_call_that_has_ended)
{
    auto app = start();
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await caller.prompt("Hello?");
        co_await caller.reply();
        co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app->events().ended("CA1"); }));
        co_await restart(app);
        EXPECT_THAT(co_await report_failure(*app), HasSubstr("<Hangup"));

        auto another = co_await RelayClient::dial(app->address(), "CA1");
        co_await another.prompt("Hello?");
        co_await another.reply();
        EXPECT_EQ(dialogue_of(openai.requests().back()),
                  (Lines{"assistant: Welcome.", "user: Hello?"}));
        co_await another.hang_up();
    });
}

}  // namespace
}  // namespace phony::test
