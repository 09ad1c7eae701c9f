// Supervisors and their calls live on different cores: orders that cross, meet and get stuck.

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/supervised_call.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace phony::test {
namespace {

using namespace async::asio::experimental::awaitable_operators;
using async::awaitable;

const std::string to_first = R"({"callSid":"CA1","target":"+15559999999"})";
const std::string to_second = R"({"callSid":"CA1","target":"+15558888888"})";
const std::string second_transfer =
    R"({"error":{"code":"INVALID_REQUEST","message":"Invalid request: second_transfer",)"
    R"("details":{"reason":"second_transfer"}}})";
const std::string no_pending_question =
    R"({"error":{"code":"INVALID_REQUEST","message":"Invalid request: no_pending_question",)"
    R"("details":{"reason":"no_pending_question"}}})";
const std::string call_is_over =
    R"({"error":{"code":"CALL_NOT_FOUND","message":"No such call: the call is over",)"
    R"("details":{"reason":"the call is over"}}})";

/// A supervisor's own connection: it stays on the core that accepted it.
class Supervisor {
public:
    static awaitable<Supervisor> connect(Address address)
    {
        co_return Supervisor{co_await HttpConnection::open(address)};
    }

    awaitable<HttpReply> order(std::string action, std::string body)
    {
        co_await connection_.send(request_text("POST", "/override/" + action, {}, body));
        co_return (co_await connection_.receive()).value_or(HttpReply{});
    }

private:
    explicit Supervisor(HttpConnection connection) : connection_{std::move(connection)} {}

    HttpConnection connection_;
};

class OverrideCores : public SupervisedCall {
protected:
    void run(unsigned threads, const Script& script, RunningApp::Watcher watcher = {})
    {
        SupervisedCall::run(
            script,
            {{"PHONY_THREADS", std::to_string(threads)}},
            [](app::Config& config) { config.policy.close_grace = Duration{1}; },
            std::move(watcher));
    }
};

TEST_F(OverrideCores, an_order_reaches_the_call_from_each_of_them)
{
    run(4, [&](RelayClient& caller) -> awaitable<void> {
        // The call is on one core, the least loaded: so these are on the three others, and then on
        // all four.
        std::vector<Supervisor> supervisors;
        supervisors.reserve(7);
        for (int i = 0; i < 7; ++i)
            supervisors.push_back(co_await Supervisor::connect(app->address()));
        for (std::size_t i = 0; i < supervisors.size(); ++i) {
            const std::string digit = std::to_string(i);
            const auto reply = co_await supervisors[i].order(
                "dtmf", R"({"callSid":"CA1","digit":")" + digit + R"("})");
            EXPECT_EQ(reply.status, 200U) << reply.body;
            EXPECT_EQ(reply.body, R"({"status":"success","message":"DTMF digit sent"})");
            EXPECT_EQ((co_await caller.receive()).value().at("digits"), boost::json::value(digit));
        }
    });
}

/// One is obeyed, the other told why not.
void expect_one(const HttpReply& one, const HttpReply& other, const std::string& refusal)
{
    EXPECT_EQ(one.status + other.status, 200U + 400U);
    EXPECT_EQ((one.status == 400 ? one : other).body, refusal);
}

TEST_F(OverrideCores, two_supervisors_transfer_the_caller_once)
{
    run(3, [&](RelayClient& caller) -> awaitable<void> {
        auto ada = co_await Supervisor::connect(app->address());
        auto ben = co_await Supervisor::connect(app->address());
        auto [one, other] =
            co_await (ada.order("transfer", to_first) && ben.order("transfer", to_second));
        expect_one(one, other, second_transfer);
        EXPECT_EQ((co_await caller.receive()).value().at("type"), "end");
        EXPECT_FALSE((co_await caller.receive()).has_value()) << "a second end";
        EXPECT_EQ(app->events().count<call::SupervisorOverride>("CA1"), 1U);
    });
}

TEST_F(OverrideCores, two_supervisors_answer_the_model_once)
{
    run(3, [&](RelayClient& caller) -> awaitable<void> {
        co_await caller.prompt("What is the code?");
        co_await caller.reply();
        EXPECT_TRUE(co_await eventually(
            [&] { return app->events().count<call::ClarificationRequested>("CA1") == 1; }));
        auto ada = co_await Supervisor::connect(app->address());
        auto ben = co_await Supervisor::connect(app->address());
        auto [one, other] =
            co_await (ada.order("clarification", R"({"callSid":"CA1","response":"7305"})") &&
                      ben.order("clarification", R"({"callSid":"CA1","response":"0000"})"));
        expect_one(one, other, no_pending_question);
        EXPECT_EQ((co_await caller.reply()).text,
                  one.status == 200 ? "You said: [supervisor] 7305"
                                    : "You said: [supervisor] 0000");
        EXPECT_EQ(app->events().count<call::SupervisorOverride>("CA1"), 1U);
    });
}

TEST_F(OverrideCores, two_supervisors_end_the_call_once)
{
    run(3, [&](RelayClient& caller) -> awaitable<void> {
        auto ada = co_await Supervisor::connect(app->address());
        auto ben = co_await Supervisor::connect(app->address());
        const std::string call = R"({"callSid":"CA1"})";
        auto [one, other] = co_await (ada.order("end", call) && ben.order("end", call));
        for (const auto& reply : {one, other}) {
            EXPECT_TRUE(reply.status == 200 || reply.body == call_is_over) << reply.body;
        }
        EXPECT_TRUE(one.status == 200 || other.status == 200);
        EXPECT_EQ((co_await caller.receive()).value().at("type"), "end");
        EXPECT_FALSE((co_await caller.receive()).has_value()) << "a second end";
        EXPECT_TRUE(co_await eventually([&] { return app->events().ended("CA1"); }));
        EXPECT_EQ(app->events().count<call::CallEnded>("CA1"), 1U);
    });
}

// ── a core that is stuck ──

/// Holds the thread of a call from the key that the caller presses until it is let go.
struct Brake {
    std::atomic<bool> holds = false;
    std::atomic<bool> let_go = false;

    RunningApp::Watcher watcher()
    {
        return [this](const api::EventStamp&, const call::Event& event) {
            if (!std::holds_alternative<call::Dtmf>(event)) return;
            holds = true;
            let_go.wait(false);
        };
    }

    awaitable<void> put_on(RelayClient& caller)
    {
        co_await caller.send(R"({"type":"dtmf","digit":"5"})");
        EXPECT_TRUE(co_await eventually([&] { return holds.load(); }));
    }

    void release()
    {
        let_go = true;
        let_go.notify_all();
    }

    /// So that a test that fails does not hang.
    struct Released {
        Brake& brake;
        ~Released() { brake.release(); }
    };
};

TEST_F(OverrideCores, a_call_that_does_not_answer_is_not_waited_for_and_does_not_obey_later)
{
    Brake brake;
    run(
        2,
        [&](RelayClient& caller) -> awaitable<void> {
            const Brake::Released released{brake};
            co_await brake.put_on(caller);
            auto ada = co_await Supervisor::connect(app->address());
            const auto reply = co_await ada.order("dtmf", R"({"callSid":"CA1","digit":"1"})");
            EXPECT_EQ(reply.status, 503U);
            EXPECT_EQ(reply.body,
                      R"({"error":{"code":"INTERNAL_ERROR","message":"The call did not answer in )"
                      R"(time","details":{}}})");
            brake.release();
            EXPECT_EQ((co_await ada.order("dtmf", R"({"callSid":"CA1","digit":"2"})")).status,
                      200U);
            // The key that was pressed may have been answered meanwhile.
            auto frame = co_await caller.receive();
            while (frame && frame->at("type") != "sendDigits") frame = co_await caller.receive();
            EXPECT_EQ(frame.value().at("digits"), "2");
        },
        brake.watcher());
}

TEST_F(OverrideCores, a_call_with_too_many_orders_takes_no_more)
{
    Brake brake;
    run(
        2,
        [&](RelayClient& caller) -> awaitable<void> {
            const Brake::Released released{brake};
            co_await brake.put_on(caller);

            // Half of them are on the core that is stuck, and wait for it.
            constexpr std::size_t all = 100;
            auto replies = std::make_shared<std::vector<HttpReply>>();
            const auto executor = co_await async::asio::this_coro::executor;
            const auto one = [](Address address,
                                std::shared_ptr<std::vector<HttpReply>> into) -> awaitable<void> {
                into->push_back(co_await post_json(
                    address, "/override/dtmf", R"({"callSid":"CA1","digit":"1"})"));
            };
            for (std::size_t i = 0; i < all; ++i) {
                async::asio::co_spawn(
                    executor, one(app->address(), replies), [](const std::exception_ptr& failure) {
                        if (failure) std::rethrow_exception(failure);
                    });
            }
            const auto limited = [&] {
                return std::ranges::count(*replies, 429U, &HttpReply::status);
            };
            EXPECT_TRUE(co_await eventually([&] { return limited() > 0; }));
            brake.release();
            EXPECT_TRUE(co_await eventually([&] { return replies->size() == all; }));
            for (const HttpReply& reply : *replies) {
                if (reply.status != 429) continue;
                EXPECT_EQ(reply.headers.at("retry-after"), "1");
                EXPECT_EQ(reply.body,
                          R"({"error":{"code":"RATE_LIMITED","message":"Too many requests: the )"
                          R"(call has too many orders to carry out","details":{"reason":"the call )"
                          R"(has too many orders to carry out","retryAfter":"1"}}})");
            }
            EXPECT_EQ(app->metric("phony_rate_limited_total{what=\"order\"}"), limited());
        },
        brake.watcher());
}

}  // namespace
}  // namespace phony::test
