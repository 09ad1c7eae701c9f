// Supervisors step into calls that are on the line.

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/supervised_call.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using namespace async::asio::experimental::awaitable_operators;
using async::awaitable;

class Override : public SupervisedCall {
protected:
    void run(const Script& script)
    {
        SupervisedCall::run(
            script, {}, [](app::Config& config) { config.policy.close_grace = 200ms; });
    }

    awaitable<HttpReply> order(const std::string& action, const std::string& fields = {})
    {
        const std::string comma = fields.empty() ? "" : ",";
        return post_json(
            app->address(), "/override/" + action, R"({"callSid":"CA1")" + comma + fields + "}");
    }

    double counted(const std::string& action) const
    {
        return app->metric("phony_override_count_total{action=\"" + action + "\"}");
    }
};

TEST_F(Override, text_is_spoken_at_once)
{
    run([&](RelayClient& caller) -> awaitable<void> {
        const auto reply = co_await order("text", R"("text":"Hello, this is a supervisor.")");
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(reply.body, R"({"status":"success","message":"Text sent to caller"})");
        const auto heard = co_await caller.reply();
        EXPECT_EQ(heard.text, "Hello, this is a supervisor.");
        EXPECT_TRUE(heard.complete);

        // It was said to the caller, so the model knows.
        co_await caller.prompt("Who was that?");
        co_await caller.reply();
        EXPECT_NE(openai.requests().back().body.find("this is a supervisor"), std::string::npos);
        EXPECT_EQ(counted("text"), 1);
    });
}

TEST_F(Override, dtmf_presses_a_key)
{
    run([&](RelayClient& caller) -> awaitable<void> {
        const auto reply = co_await order("dtmf", R"("digit":"#")");
        EXPECT_EQ(reply.body, R"({"status":"success","message":"DTMF digit sent"})");
        const auto frame = co_await caller.receive();
        EXPECT_EQ(frame.value().at("type"), "sendDigits");
        EXPECT_EQ(frame.value().at("digits"), "#");
        EXPECT_EQ(counted("dtmf"), 1);
    });
}

TEST_F(Override, end_ends_the_call)
{
    run([&](RelayClient& caller) -> awaitable<void> {
        const auto reply = co_await order("end");
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(reply.body, R"({"status":"success","message":"Call ended"})");
        EXPECT_EQ((co_await caller.receive()).value().at("type"), "end");
        // This caller does not close its socket, so the server does.
        EXPECT_FALSE((co_await caller.receive()).has_value());
        EXPECT_EQ(caller.close_code(), 1000U);
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 0; }));
        EXPECT_EQ((co_await order("end")).status, 404U);
        EXPECT_EQ(app->events().all<call::CallEnded>("CA1").at(0).reason, "supervisor");
    });
}

TEST_F(Override, transfer_hands_the_caller_over_once)
{
    run([&](RelayClient& caller) -> awaitable<void> {
        const auto reply = co_await order("transfer", R"("target":"+15559999999")");
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(reply.body,
                  R"({"status":"success","message":"Call transferred to +15559999999"})");
        const auto frame = co_await caller.receive();
        EXPECT_EQ(frame.value().at("type"), "end");
        const std::string handoff{frame.value().at("handoffData").as_string()};

        const auto again = co_await order("transfer", R"("target":"+15558888888")");
        EXPECT_EQ(again.status, 400U);
        EXPECT_EQ(again.code(), "INVALID_REQUEST");
        EXPECT_EQ(again.detail("reason"), "second_transfer");

        co_await caller.hang_up();
        const auto twiml = co_await post_form(app->address(),
                                              "/relay/action",
                                              Form{{{"CallSid", "CA1"},
                                                    {"CallStatus", "in-progress"},
                                                    {"SessionStatus", "ended"},
                                                    {"HandoffData", handoff}}});
        EXPECT_EQ(twiml.status, 200U);
        EXPECT_NE(twiml.body.find("+15559999999</"), std::string::npos) << twiml.body;
        EXPECT_EQ(counted("transfer"), 1);
    });
}

TEST_F(Override, clarification_answers_the_models_question_once)
{
    run([&](RelayClient& caller) -> awaitable<void> {
        const auto early = co_await order("clarification", R"("response":"7305")");
        EXPECT_EQ(early.status, 400U);
        EXPECT_EQ(early.code(), "INVALID_REQUEST");
        EXPECT_EQ(early.detail("reason"), "no_pending_question");

        co_await caller.prompt("What is the code?");
        EXPECT_TRUE((co_await caller.reply()).complete);  // the holding phrase
        EXPECT_EQ(app->events().all<call::ClarificationRequested>("CA1").at(0).prompt,
                  "The door code?");
        const auto reply = co_await order("clarification", R"("response":"It is 7305.")");
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(reply.body, R"({"status":"success","message":"Clarification sent to AI"})");
        EXPECT_EQ((co_await caller.reply()).text, "You said: [supervisor] It is 7305.");

        EXPECT_EQ((co_await order("clarification", R"("response":"7305")")).status, 400U);
        EXPECT_EQ(counted("clarification"), 1);
    });
}

TEST_F(Override, of_a_call_that_is_not_there_is_answered_404)
{
    run([&](RelayClient&) -> awaitable<void> {
        const std::string call = R"({"callSid":"CA_nobody")";
        for (const auto& [action, fields] : std::vector<std::pair<std::string, std::string>>{
                 {"text", R"(,"text":"Hi")"},
                 {"dtmf", R"(,"digit":"1")"},
                 {"end", ""},
                 {"transfer", R"(,"target":"+15559999999")"},
                 {"clarification", R"(,"response":"x")"}}) {
            const auto reply =
                co_await post_json(app->address(), "/override/" + action, call + fields + "}");
            EXPECT_EQ(reply.status, 404U) << action;
            EXPECT_EQ(reply.code(), "CALL_NOT_FOUND") << action;
            EXPECT_EQ(counted(action), 0) << action;
        }
    });
}

TEST_F(Override, that_is_malformed_is_answered_400_with_the_field_before_the_call_is_looked_up)
{
    struct Bad {
        std::string action;
        std::string body;
        std::string field;
    };
    const std::vector<Bad> all{
        {"text", R"({"text":"Hi"})", "callSid"},
        {"text", R"({"callSid":7,"text":"Hi"})", "callSid"},
        {"text", R"({"callSid":"<script>","text":"Hi"})", "callSid"},
        {"text", R"({"callSid":"CA_nobody"})", "text"},
        {"text", R"({"callSid":"CA_nobody","text":"  "})", "text"},
        {"text", R"({"callSid":"CA_nobody","text":["Hi"]})", "text"},
        {"dtmf", R"({"callSid":"CA_nobody","digit":"12"})", "digit"},
        {"dtmf", R"({"callSid":"CA_nobody","digit":1})", "digit"},
        {"transfer", R"({"callSid":"CA_nobody","target":"911"})", "target"},
        {"clarification", R"({"callSid":"CA_nobody"})", "response"},
        {"end", R"({"callSid":)", ""},
        {"end", R"([])", ""},
        {"end", "", ""},
    };
    run([&](RelayClient&) -> awaitable<void> {
        for (const Bad& bad : all) {
            const auto reply =
                co_await post_json(app->address(), "/override/" + bad.action, bad.body);
            EXPECT_EQ(reply.status, 400U) << bad.body;
            EXPECT_EQ(reply.code(), "INVALID_REQUEST") << bad.body;
            EXPECT_EQ(reply.detail("field"), bad.field) << bad.body;
            EXPECT_EQ(reply.body.find("script"), std::string::npos);
        }
    });
}

TEST_F(Override, twice_at_the_same_moment_takes_effect_once)
{
    run([&](RelayClient& caller) -> awaitable<void> {
        co_await caller.prompt("What is the code?");
        co_await caller.reply();
        auto [one, other] = co_await (order("clarification", R"("response":"7305")") &&
                                      order("clarification", R"("response":"7305")"));
        EXPECT_EQ(one.status + other.status, 200U + 400U);
        EXPECT_EQ((co_await caller.reply()).text, "You said: [supervisor] 7305");

        auto [first, second] = co_await (order("transfer", R"("target":"+15559999999")") &&
                                         order("transfer", R"("target":"+15558888888")"));
        EXPECT_EQ(first.status + second.status, 200U + 400U);
        EXPECT_EQ((co_await caller.receive()).value().at("type"), "end");
        EXPECT_FALSE((co_await caller.receive()).has_value()) << "a second end";
        EXPECT_EQ(counted("transfer"), 1);
        EXPECT_EQ(counted("clarification"), 1);
    });
}

TEST_F(Override, end_twice_at_the_same_moment_ends_the_call_once)
{
    run([&](RelayClient& caller) -> awaitable<void> {
        auto [one, other] = co_await (order("end") && order("end"));
        EXPECT_TRUE(one.status == 200 || other.status == 200);
        EXPECT_EQ((co_await caller.receive()).value().at("type"), "end");
        EXPECT_FALSE((co_await caller.receive()).has_value()) << "a second end";
        EXPECT_TRUE(co_await eventually([&] { return app->events().ended("CA1"); }));
        EXPECT_EQ(app->events().count<call::CallEnded>("CA1"), 1U);
    });
}

}  // namespace
}  // namespace phony::test
