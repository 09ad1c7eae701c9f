// What remains of a call, and who stepped into it.

#include "support/eventually.hpp"
#include "support/model_test.hpp"
#include "support/relay_client.hpp"
#include "support/turn_timeline.hpp"

#include <boost/json/parse.hpp>

#include <functional>
#include <string>
#include <vector>

namespace phony::test {
namespace {

using async::awaitable;
namespace tree = boost::json;

class PastCall : public ModelTest {
protected:
    using Script = std::function<awaitable<void>(RunningApp& app)>;

    PastCall()
    {
        openai.answer([](const FakeOpenAi::Request& request) {
            if (request.last_message() == "Press it") return FakeReply{.tokens = {"[[press:12#]]"}};
            return echo(request);
        });
    }

    void run(const Script& script)
    {
        RunningApp app{{{"OPENAI_BASE_URL", openai.base_url()}}};
        play(app, script(app));
    }

    /// What is committed comes at most some moments after it happened.
    static awaitable<tree::value> ended_call(RunningApp& app, const std::string& call_sid)
    {
        for (;;) {
            const auto reply = co_await get(app.address(), "/calls/" + call_sid);
            if (reply.status == 200) {
                auto call = tree::parse(reply.body);
                if (call.at("state") == "ended") co_return call;
            }
            co_await yield();
        }
    }

    static awaitable<HttpReply> order(RunningApp& app,
                                      const std::string& call_sid,
                                      const std::string& text)
    {
        return post_json(app.address(),
                         "/override/text",
                         R"({"callSid":")" + call_sid + R"(","text":")" + text + "\"}");
    }
};

TEST_F(PastCall, is_all_there_with_its_supervisor)
{
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        co_await caller.prompt("Hello");
        co_await caller.reply();
        co_await caller.prompt("Press it");
        EXPECT_TRUE(co_await eventually(
            [&] { return app.events().count<call::CommandExecuted>("CA1") == 1; }));
        EXPECT_EQ((co_await order(app, "CA1", "Ann here")).status, 200U);

        // It was answered, so the attempt is there, or will be as soon as the disk keeps up; the
        // call is on the line.
        auto live = (co_await get(app.address(), "/calls/CA1")).json();
        EXPECT_EQ(live.at("state"), "active");
        while (live.at("overrides").as_array().empty()) {
            co_await yield();
            live = (co_await get(app.address(), "/calls/CA1")).json();
        }
        EXPECT_EQ(live.at("overrides").as_array().size(), 1U);

        co_await caller.hang_up();
        const auto call = co_await ended_call(app, "CA1");
        EXPECT_EQ(call.at("endReason"), "hung_up");
        EXPECT_EQ(call.at("transcript").at(0).at("text"), "Hello");
        EXPECT_EQ(call.at("transcript").as_array().back().at("speaker"), "supervisor");
        EXPECT_EQ(call.at("transcript").as_array().back().at("text"), "Ann here");
        EXPECT_EQ(call.at("commands").at(0).at("value"), "12#");
        EXPECT_EQ(call.at("latencies").as_array().size(), 2U);
        for (const auto& latency : call.at("latencies").as_array())
            EXPECT_EQ(checked_stages(latency.as_object()).front(), "request_written");
        EXPECT_EQ(call.at("metrics").at("transcript_count"), 2);
        EXPECT_EQ(call.at("metrics").at("override_count"), 1);
        const auto& attempt = call.at("overrides").at(0);
        EXPECT_EQ(attempt.at("supervisor"), "supervisor");
        EXPECT_EQ(attempt.at("peer"), "127.0.0.1");
        EXPECT_EQ(attempt.at("action"), "text");
        EXPECT_EQ(attempt.at("value"), "Ann here");
        EXPECT_EQ(attempt.at("outcome"), "accepted");

        const auto page = (co_await get(app.address(), "/history?text=hello&limit=1")).json();
        EXPECT_EQ(page.at("calls").at(0).at("callSid"), "CA1");
        EXPECT_TRUE(page.at("nextCursor").is_null());
    });
}

TEST_F(PastCall, tells_of_attempts_that_were_refused)
{
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 1; }));
        const auto refused = co_await post_json(
            app.address(), "/override/clarification", R"({"callSid":"CA1","response":"42"})");
        EXPECT_EQ(refused.status, 400U);
        co_await caller.hang_up();
        co_await ended_call(app, "CA1");
        EXPECT_EQ((co_await order(app, "CA1", "too late")).status, 404U);

        const auto call = co_await ended_call(app, "CA1");
        const auto& attempts = call.at("overrides").as_array();
        EXPECT_EQ(attempts.size(), 2U);
        EXPECT_EQ(attempts.at(0).at("outcome"), "INVALID_REQUEST");
        EXPECT_FALSE(attempts.at(0).at("reason").as_string().empty());
        EXPECT_EQ(attempts.at(1).at("outcome"), "CALL_NOT_FOUND");
    });
}

TEST_F(PastCall, is_not_found_when_there_was_none)
{
    run([&](RunningApp& app) -> awaitable<void> {
        const auto reply = co_await get(app.address(), "/calls/CA-nobody");
        EXPECT_EQ(reply.status, 404U);
        EXPECT_EQ(reply.code(), "CALL_NOT_FOUND");
        const auto page = co_await get(app.address(), "/history");
        EXPECT_EQ(page.body, R"({"calls":[],"nextCursor":null})");
    });
}

TEST_F(PastCall, is_asked_for_with_parameters_that_are_checked)
{
    run([&](RunningApp& app) -> awaitable<void> {
        for (const std::string query :
             {"from=x", "to=x", "number=x", "text=%00", "limit=0", "cursor=x", "text=%"}) {
            const auto reply = co_await get(app.address(), "/history?" + query);
            EXPECT_EQ(reply.status, 400U) << query;
            EXPECT_EQ(reply.code(), "INVALID_REQUEST");
            EXPECT_EQ(reply.detail("field"),
                      query == "text=%" ? "" : query.substr(0, query.find('=')));
        }
        EXPECT_EQ((co_await get(app.address(), "/history?text=%22NEAR(")).status, 200U);
    });
}

}  // namespace
}  // namespace phony::test
