// What an operator sees: health, readiness, and an end that costs nobody a call.

#include "support/eventually.hpp"
#include "support/fake_openai.hpp"
#include "support/relay_client.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <chrono>
#include <functional>

#include <gmock/gmock.h>

#include <string>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using testing::HasSubstr;
using testing::Not;

class Lifecycle : public AppTest {
protected:
    void run(const std::function<awaitable<void>(RunningApp&)>& script,
             RunningApp::Settings settings = {})
    {
        settings.emplace("OPENAI_BASE_URL", openai.base_url());
        RunningApp app{settings};
        const auto whole = [&]() -> awaitable<void> {
            co_await script(app);
            openai.close();
        };
        run_io(io, whole());
    }

    awaitable<std::string> announce(const RunningApp& app)
    {
        co_return (
            co_await post_form(app.address(), "/receive_call", Form{{{"CallSid", "CA_new"}}}))
            .body;
    }

    async::asio::io_context io;
    FakeOpenAi openai{io};
};

TEST_F(Lifecycle, healthz_counts_the_active_calls)
{
    run([](RunningApp& app) -> awaitable<void> {
        const auto calls = [&]() -> awaitable<std::int64_t> {
            const auto reply = co_await get(app.address(), "/healthz");
            EXPECT_EQ(reply.status, 200U);
            EXPECT_EQ(reply.json().at("status"), "ok");
            EXPECT_TRUE(reply.json().at("uptime").is_int64());
            co_return reply.json().at("activeCalls").as_int64();
        };
        EXPECT_EQ(co_await calls(), 0);
        auto one = co_await RelayClient::dial(app.address(), "CA1");
        auto other = co_await RelayClient::dial(app.address(), "CA2");
        EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 2; }));
        EXPECT_EQ(co_await calls(), 2);
        co_await one.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 1; }));
        other.break_off();  // held for some seconds, but active no more
        EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 0; }));
        EXPECT_EQ(co_await calls(), 0);
        const auto readiness = (co_await get(app.address(), "/readyz")).json();
        EXPECT_EQ(readiness.at("status"), "ready");
        EXPECT_EQ(readiness.at("historyWritable"), true);
    });
}

TEST_F(Lifecycle, stopping_lets_a_live_call_go_on_to_its_end_and_takes_no_new_ones)
{
    run([this](RunningApp& app) -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        co_await caller.prompt("Hi");
        EXPECT_EQ((co_await caller.reply()).text, "Hello there.");
        EXPECT_THAT(co_await announce(app), HasSubstr("<ConversationRelay"));

        app.stop();
        HttpReply readiness;
        while (readiness.status != 503) readiness = co_await get(app.address(), "/readyz");
        EXPECT_EQ(readiness.json().at("draining"), true);
        EXPECT_EQ(readiness.headers.at("connection"), "close");
        EXPECT_EQ((co_await get(app.address(), "/healthz")).status, 200U);
        const std::string turned_away = co_await announce(app);
        EXPECT_THAT(turned_away, Not(HasSubstr("<ConversationRelay")));
        EXPECT_THAT(turned_away, HasSubstr("<Say>"));

        for (int turn = 0; turn < 3; ++turn) {
            co_await caller.prompt("Still there?");
            EXPECT_EQ((co_await caller.reply()).text, "Hello there.");
        }
        co_await caller.hang_up();

        EXPECT_FALSE(app.over()) << "a call that was announced before is still to come";
        auto late = co_await RelayClient::dial(app.address(), "CA_new");
        co_await late.prompt("Hi");
        EXPECT_EQ((co_await late.reply()).text, "Hello there.");
        co_await late.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.over(); }));
        EXPECT_EQ(app.events().all<call::CallEnded>("CA1").at(0).reason, "hung_up");
    });
}

TEST_F(Lifecycle, stopping_a_second_time_cuts_the_calls)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        co_await caller.prompt("Hi");
        co_await caller.reply();
        app.stop();
        app.stop();
        EXPECT_FALSE((co_await caller.receive()).has_value());
        EXPECT_TRUE(co_await eventually([&] { return app.over(); }));
        EXPECT_EQ(app.events().all<call::CallEnded>("CA1").at(0).reason, "shutdown");
    });
}

TEST_F(Lifecycle, stopping_does_not_wait_for_calls_beyond_the_drain_timeout)
{
    run(
        [](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            co_await caller.prompt("Hi");
            co_await caller.reply();
            app.stop();
            EXPECT_FALSE((co_await caller.receive()).has_value());
            EXPECT_TRUE(co_await eventually([&] { return app.over(); }));
        },
        {{"PHONY_DRAIN_TIMEOUT", "1"}});
}

TEST_F(Lifecycle, stopping_answers_what_was_asked_before)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto slow = co_await HttpConnection::open(app.address());
        const std::string request = request_text("GET", "/healthz");
        co_await slow.send(request.substr(0, 10));
        EXPECT_TRUE(co_await eventually([&] { return app.figures().connections == 1; }));
        app.stop();
        co_await slow.send(request.substr(10));
        const auto reply = co_await slow.receive();
        EXPECT_TRUE(reply && reply->status == 200);
        EXPECT_TRUE(co_await eventually([&] { return app.over(); }));
    });
}

TEST_F(Lifecycle, an_idle_keep_alive_connection_does_not_delay_the_end)
{
    run([](RunningApp& app) -> awaitable<void> {
        auto idle = co_await HttpConnection::open(app.address());
        co_await idle.send(request_text("GET", "/healthz"));
        EXPECT_TRUE((co_await idle.receive()).has_value());
        app.stop();
        EXPECT_EQ(co_await idle.rest(), "");
        EXPECT_TRUE(co_await eventually([&] { return app.over(); }));
    });
}

TEST_F(Lifecycle, a_call_too_many_is_turned_away_politely)
{
    run(
        [this](RunningApp& app) -> awaitable<void> {
            auto caller = co_await RelayClient::dial(app.address(), "CA1");
            EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 1; }));
            EXPECT_THAT(co_await announce(app), HasSubstr("All lines are busy."));
            co_await caller.hang_up();
            EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 0; }));
            EXPECT_THAT(co_await announce(app), HasSubstr("<ConversationRelay"));
        },
        {{"PHONY_MAX_CALLS", "1"}, {"PHONY_OVERFLOW_SENTENCE", "All lines are busy."}});
}

}  // namespace
}  // namespace phony::test
