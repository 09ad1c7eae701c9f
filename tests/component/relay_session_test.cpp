// A call's socket: frames that are not what they should be, connections that are lost, and callers
// who do not listen.

#include "support/eventually.hpp"
#include "support/model_test.hpp"
#include "support/relay_client.hpp"
#include <phony/twilio/signature.hpp>

#include <boost/asio/ip/tcp.hpp>

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

class RelaySession : public ModelTest {
protected:
    RelaySession() { openai.answer(echo); }

    void run(const std::function<awaitable<void>()>& script,
             RunningApp::Settings settings = {},
             const RunningApp::Adjust& adjust = {})
    {
        settings.emplace("OPENAI_BASE_URL", openai.base_url());
        RunningApp running{settings, adjust};
        app = &running;
        play(running, script());
    }

    double skipped(const std::string& why) const
    {
        return app->metric("phony_relay_frames_skipped_total{reason=\"" + why + "\"}");
    }

    RunningApp* app = nullptr;
};

// ── frames ──

TEST_F(RelaySession, counts_and_skips_frames_that_are_malformed_or_unknown)
{
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        for (const char* frame : {"{",
                                  "[]",
                                  "",
                                  R"({"type":"prompt","voicePrompt":7,"last":true})",
                                  R"({"type":"dtmf","digit":"12"})",
                                  R"({"voicePrompt":"no type"})"})
            co_await caller.send(frame);
        co_await caller.send_binary("\x01\x02");
        co_await caller.send(R"({"type":"weather","value":"rain"})");
        co_await caller.send(R"({"type":"info","name":"moonPhase","value":"full"})");
        co_await caller.prompt("Hello?");
        EXPECT_EQ((co_await caller.reply()).text, "You said: Hello?");
        EXPECT_EQ(skipped("malformed"), 7);
        EXPECT_EQ(skipped("unknown_type"), 2);
        EXPECT_EQ(app->events().count<call::Transcript>("CA1"), 1U);
        co_await caller.hang_up();
    });
}

TEST_F(RelaySession, with_a_frame_over_64_KiB_is_closed_with_1009)
{
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await caller.prompt("Hello?");
        co_await caller.reply();
        co_await caller.prompt(std::string(64 * 1024, 'x'));
        EXPECT_FALSE((co_await caller.receive()).has_value());
        EXPECT_EQ(caller.close_code(), 1009U);
        EXPECT_TRUE(co_await eventually([&] { return app->events().ended("CA1"); }));
    });
}

TEST_F(RelaySession, with_text_that_is_not_UTF_8_is_closed_with_1007)
{
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app->address(), "CA1");
        co_await caller.send("\xff\xfe");  // RFC 6455, section 8.1
        EXPECT_FALSE((co_await caller.receive()).has_value());
        EXPECT_EQ(caller.close_code(), 1007U);
    });
}

TEST_F(RelaySession, that_does_not_say_which_call_it_is_is_closed_with_1008)
{
    run(
        [&]() -> awaitable<void> {
            struct Opening {
                std::string target;
                std::string frame;
            };
            for (const Opening& opening : std::vector<Opening>{
                     {"/relay/ws", "{"},
                     {"/relay/ws", R"({"neither":"type","nor":"event"})"},
                     {"/relay/ws", prompt_frame("Hello?")},
                     {"/relay/ws", setup_frame("not a call sid")},
                     {"/relay/ws?callSid=CA2", setup_frame("CA1")},
                     {"/relay/ws", ""}}) {  // nothing is sent, and the deadline passes
                auto caller = co_await RelayClient::open(app->address(), opening.target);
                if (!opening.frame.empty()) co_await caller.send(opening.frame);
                EXPECT_FALSE((co_await caller.receive()).has_value()) << opening.frame;
                EXPECT_EQ(caller.close_code(), 1008U) << opening.frame;
            }
            EXPECT_TRUE(app->events().call_sids().empty());
        },
        {},
        [](app::Config& config) { config.limits.first_frame = 500ms; });
}

TEST_F(RelaySession, whose_address_names_the_call_may_begin_with_any_frame)
{
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::open(app->address(), "/relay/ws?callSid=CA%3A1");
        co_await caller.prompt("Hello?");
        EXPECT_EQ((co_await caller.reply()).text, "You said: Hello?");
        EXPECT_EQ(app->events().count<call::CallStarted>("CA:1"), 1U);
        co_await caller.hang_up();
    });
}

TEST_F(RelaySession, is_refused_without_twilios_signature_when_a_token_is_set)
{
    run(
        [&]() -> awaitable<void> {
            const std::string url = "wss://phony.example.net/relay/ws";
            const auto upgrade = [&](const std::string& signature) {
                return ask(app->address(),
                           request_text("GET",
                                        "/relay/ws",
                                        {{"Connection", "Upgrade"},
                                         {"Upgrade", "websocket"},
                                         {"Sec-WebSocket-Version", "13"},
                                         {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                         {"X-Twilio-Signature", signature}}));
            };
            for (const std::string& forged :
                 {std::string{}, std::string{"x"}, twilio::sign("another token", url)}) {
                const auto refused = co_await upgrade(forged);
                EXPECT_EQ(refused.status, 403U);
                EXPECT_EQ(refused.code(), "INVALID_SIGNATURE");
            }
            EXPECT_EQ((co_await upgrade(twilio::sign("token", url))).status, 101U);

            const auto form = Form{{{"CallSid", "CA1"}}};
            EXPECT_EQ((co_await post_form(app->address(), "/receive_call", form)).status, 403U);
            EXPECT_EQ((co_await post_form(
                           app->address(),
                           "/receive_call",
                           form,
                           {{"X-Twilio-Signature",
                             twilio::sign_form_post(
                                 "token", "https://phony.example.net/receive_call", form)}}))
                          .status,
                      200U);
            EXPECT_EQ(app->metric("phony_signature_failures_total{endpoint=\"relay\"}"), 3);
            EXPECT_EQ(app->metric("phony_signature_failures_total{endpoint=\"webhook\"}"), 1);
        },
        {{"TWILIO_AUTH_TOKEN", "token"}, {"PHONY_PUBLIC_URL", "https://phony.example.net"}});
}

// ── sockets that break, and come back ──

awaitable<HttpReply> report_failure(Address address, std::string call_sid)
{
    return post_form(address,
                     "/relay/action",
                     Form{{{"CallSid", std::move(call_sid)},
                           {"CallStatus", "in-progress"},
                           {"SessionStatus", "failed"},
                           {"ErrorCode", "64105"},
                           {"ErrorMessage", "WebSocket Ended"}}});
}

TEST_F(RelaySession, that_broke_is_taken_up_again_where_it_was)
{
    run(
        [&]() -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app->address(), "CA1");
            co_await caller.prompt("My name is Ada.");
            co_await caller.reply();
            caller.break_off();
            EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 0; }));

            const auto twiml = co_await report_failure(app->address(), "CA1");
            EXPECT_EQ(twiml.status, 200U);
            EXPECT_THAT(twiml.body, HasSubstr("<ConversationRelay"));
            EXPECT_THAT(twiml.body, Not(HasSubstr("welcomeGreeting")));

            auto again = co_await RelayClient::dial(app->address(), "CA1");
            co_await again.prompt("What is my name?");
            EXPECT_EQ((co_await again.reply()).text, "You said: What is my name?");
            EXPECT_THAT(openai.requests().back().body, HasSubstr("My name is Ada."));
            EXPECT_THAT(openai.requests().back().body, HasSubstr("You said: My name is Ada."));
            co_await again.hang_up();

            // It ended well this time: there is nothing to take up.
            EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 0; }));
            EXPECT_THAT((co_await report_failure(app->address(), "CA1")).body,
                        Not(HasSubstr("<ConversationRelay")));
        },
        {{"PHONY_TWIML_PROFILE", "twilio"}});
}

TEST_F(RelaySession, that_breaks_again_and_again_is_let_go)
{
    run([&]() -> awaitable<void> {
        int connected = 0;
        for (; connected < 10; ++connected) {
            auto caller = co_await RelayClient::dial(app->address(), "CA1");
            co_await caller.prompt("Hello?");
            co_await caller.reply();
            caller.break_off();
            co_await eventually([&] { return app->figures().active_calls == 0; });
            const auto twiml = co_await report_failure(app->address(), "CA1");
            if (twiml.body.find("<ConversationRelay") == std::string::npos) {
                EXPECT_THAT(twiml.body, HasSubstr("<Hangup"));
                break;
            }
        }
        EXPECT_EQ(connected, 3);
    });
}

TEST_F(RelaySession, replaces_an_older_one_of_the_same_call)
{
    run([&]() -> awaitable<void> {
        auto older = co_await RelayClient::dial(app->address(), "CA1");
        co_await older.prompt("Hello?");
        co_await older.reply();
        auto newer = co_await RelayClient::dial(app->address(), "CA1");
        co_await newer.prompt("Hello again.");
        co_await newer.reply();
        EXPECT_EQ(app->figures().active_calls, 1U);

        const auto say = [&]() {
            return post_json(
                app->address(), "/override/text", R"({"callSid":"CA1","text":"Psst."})");
        };
        EXPECT_EQ((co_await say()).status, 200U);
        EXPECT_EQ((co_await newer.reply()).text, "Psst.");

        // The older one's end does not take the newer one with it.
        co_await older.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app->figures().connections == 1; }));
        EXPECT_EQ(app->figures().active_calls, 1U);
        EXPECT_EQ((co_await say()).status, 200U);
        EXPECT_EQ((co_await newer.reply()).text, "Psst.");
        co_await newer.hang_up();
    });
}

TEST_F(RelaySession, whose_peer_stops_reading_is_cut_and_the_others_go_on)
{
    const std::string flood(16 * 1024, 'x');
    openai.answer([&](const FakeOpenAi::Request& request) {
        if (request.last_message() != "Tell me everything.") return FakeReply{.tokens = {"Yes?"}};
        return FakeReply{.tokens = std::vector<std::string>(2000, flood),
                         .token_gap = 1us};  // not made all in one go: the others are served, too
    });
    run(
        [&]() -> awaitable<void> {
            auto deaf = co_await RelayClient::dial(app->address(), "CA_deaf");
            auto other = co_await RelayClient::dial(app->address(), "CA_other");
            co_await deaf.prompt("Tell me everything.");
            int turns = 0;
            while (!app->events().ended("CA_deaf") && turns < 100'000) {
                co_await deaf.send(R"({"type":"info","name":"roundTripDelayMs","value":"20"})");
                co_await other.prompt("Hello?");
                EXPECT_EQ((co_await other.reply()).text, "Yes?");
                ++turns;
            }
            EXPECT_TRUE(app->events().ended("CA_deaf"));
            EXPECT_GT(turns, 3);
            co_await other.prompt("Hello?");
            EXPECT_EQ((co_await other.reply()).text, "Yes?");
            for (const auto& latency : app->events().all<call::Latency>("CA_other"))
                EXPECT_LT(latency.first_frame_ms.value_or(1e9), unnoticed_ms);
            co_await other.hang_up();
            deaf.break_off();
        },
        {},
        [](app::Config& config) { config.limits.write = 500ms; });
}

}  // namespace
}  // namespace phony::test
