// What is too much: of connections, of a supervisor's requests, of orders for one call, of calls.

#include "support/eventually.hpp"
#include "support/relay_client.hpp"
#include "support/request_test.hpp"

#include <boost/asio/co_spawn.hpp>

#include <chrono>

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using testing::HasSubstr;

class Limits : public RequestTest {
protected:
    static awaitable<HttpReply> end_call(Address address, Headers headers = {})
    {
        return ask(
            address,
            request_text("POST", "/override/end", std::move(headers), R"({"callSid":"CA1"})"));
    }

    static awaitable<HttpReply> announce(Address address, const std::string& call_sid)
    {
        return post_form(address, "/receive_call", Form{{{"CallSid", call_sid}}});
    }

    /// As a proxy does for this client.
    static awaitable<HttpReply> ask_from(Address address, std::string client)
    {
        return ask(address,
                   request_text("GET", "/healthz", {{"X-Forwarded-For", std::move(client)}}));
    }

    static awaitable<HttpConnection> watch_from(Address address, std::string client)
    {
        auto connection = co_await HttpConnection::open(address);
        co_await connection.send(request_text("GET",
                                              "/events/ws?callSid=*",
                                              {{"X-Forwarded-For", std::move(client)},
                                               {"Connection", "Upgrade"},
                                               {"Upgrade", "websocket"},
                                               {"Sec-WebSocket-Version", "13"},
                                               {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}));
        const auto upgraded = co_await connection.receive();
        EXPECT_TRUE(upgraded && upgraded->status == 101);
        co_return connection;
    }

    double limited(const std::string& what) const
    {
        return app->metric("phony_rate_limited_total{what=\"" + what + "\"}");
    }
    double refused(const std::string& reason) const
    {
        return app->metric("phony_connections_refused_total{reason=\"" + reason + "\"}");
    }
    double turned_away(const std::string& reason) const
    {
        return app->metric("phony_calls_turned_away_total{reason=\"" + reason + "\"}");
    }
};

bool is_connected(const HttpReply& reply)
{
    return reply.status == 200 && reply.body.find("<ConversationRelay") != std::string::npos;
}

/// Polite TwiML: a sentence, then hang up.
bool is_overflow(const HttpReply& reply)
{
    return reply.status == 200 && reply.body.find("<Say") != std::string::npos &&
           reply.body.find("<Hangup/>") != std::string::npos;
}

// ── connections ──

TEST_F(Limits, of_connections_close_one_too_many_at_once_and_no_other)
{
    run({{"PHONY_MAX_CONNECTIONS", "2"}}, [this](Address address) -> awaitable<void> {
        auto caller = co_await RelayClient::dial(address, "CA1");
        {
            auto other = co_await HttpConnection::open(address);
            co_await other.send(request_text("GET", "/healthz"));
            EXPECT_TRUE((co_await other.receive()).has_value());

            auto beyond = co_await HttpConnection::open(address);
            EXPECT_EQ(co_await beyond.rest(), "");
            EXPECT_EQ(refused("full"), 1);
            co_await other.send(request_text("GET", "/healthz"));
            EXPECT_TRUE((co_await other.receive()).has_value());
        }
        EXPECT_TRUE(co_await eventually([&] { return app->figures().connections == 1; }));
        EXPECT_EQ((co_await get(address, "/healthz")).status, 200U);
        co_await caller.hang_up();
    });
}

TEST_F(Limits, of_an_address_close_its_connections_beyond_them)
{
    run({{"PHONY_CONNECTIONS_PER_ADDRESS", "1"}}, [this](Address address) -> awaitable<void> {
        {
            auto only = co_await HttpConnection::open(address);
            co_await only.send(request_text("GET", "/healthz"));
            EXPECT_TRUE((co_await only.receive()).has_value());
            auto beyond = co_await HttpConnection::open(address);
            EXPECT_EQ(co_await beyond.rest(), "");
            EXPECT_EQ(refused("address"), 1);
        }
        EXPECT_TRUE(co_await eventually([&] { return app->figures().connections == 0; }));
        EXPECT_EQ((co_await get(address, "/healthz")).status, 200U);
    });
}

TEST_F(Limits, of_an_address_tell_the_clients_of_a_proxy_apart)
{
    run({{"PHONY_CONNECTIONS_PER_ADDRESS", "1"}, {"PHONY_TRUSTED_PROXIES", "127.0.0.1"}},
        [this](Address address) -> awaitable<void> {
            const std::string one = "192.0.2.1";
            const std::string other = "192.0.2.1, 2001:db8::1";  // the first was made up
            const std::string neighbour = "2001:db8::2";
            auto viewer = co_await watch_from(address, one);
            const auto limited = co_await ask_from(address, one);
            EXPECT_EQ(limited.status, 429U);
            EXPECT_EQ(limited.headers.at("retry-after"), "1");

            EXPECT_EQ((co_await ask_from(address, "192.0.2.1, 2001:db9::1")).status, 200U);
            auto second = co_await watch_from(address, other);
            EXPECT_EQ((co_await ask_from(address, neighbour)).status, 429U)
                << "64 bits are one client";
            EXPECT_EQ((co_await get(address, "/healthz")).status, 200U) << "the proxy's own check";
            EXPECT_EQ(refused("address"), 2);
        });
}

TEST_F(Limits, of_an_address_do_not_believe_who_is_no_proxy)
{
    run({{"PHONY_CONNECTIONS_PER_ADDRESS", "1"}, {"PHONY_TRUSTED_PROXIES", "192.0.2.0/24"}},
        [this](Address address) -> awaitable<void> {
            auto only = co_await HttpConnection::open(address);
            co_await only.send(
                request_text("GET", "/healthz", {{"X-Forwarded-For", "203.0.113.7"}}));
            EXPECT_TRUE((co_await only.receive()).has_value());
            auto beyond = co_await HttpConnection::open(address);
            EXPECT_EQ(co_await beyond.rest(), "");
            EXPECT_EQ(refused("address"), 1);
        });
}

// ── a supervisor's requests ──

TEST_F(Limits, a_supervisor_who_asks_too_often_is_told_when_to_come_back)
{
    run({{"PHONY_SUPERVISOR_RATE", "3"}, {"PHONY_SUPERVISOR_TOKENS", "ada:secret-a,ben:secret-b"}},
        [this](Address address) -> awaitable<void> {
            const Headers ada{{"Authorization", "Bearer secret-a"}};
            for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await end_call(address, ada)).status, 404U);
            const auto limited = co_await end_call(address, ada);
            EXPECT_EQ(limited.status, 429U);
            const std::string seconds = limited.headers.at("retry-after");
            EXPECT_EQ(
                limited.body,
                R"({"error":{"code":"RATE_LIMITED","message":"Too many requests: at most 3 requests )"
                R"(a minute","details":{"reason":"at most 3 requests a minute","retryAfter":")" +
                    seconds + R"("}}})");
            EXPECT_TRUE(std::stoi(seconds) >= 1 && std::stoi(seconds) <= 20) << seconds;
            EXPECT_EQ(this->limited("control"), 1);

            // It is hers alone, and only of what changes something.
            EXPECT_EQ((co_await end_call(address, {{"Authorization", "Bearer secret-b"}})).status,
                      404U);
            EXPECT_EQ((co_await ask(address, request_text("GET", "/session", ada))).status, 200U);
            // Who is unknown spends nothing of anyone's.
            EXPECT_EQ((co_await end_call(address)).status, 401U);
        });
}

TEST_F(Limits, without_tokens_are_the_addresss)
{
    run({{"PHONY_SUPERVISOR_RATE", "2"}}, [](Address address) -> awaitable<void> {
        EXPECT_EQ((co_await end_call(address)).status, 404U);
        EXPECT_EQ((co_await post_json(address, "/override/text", "nonsense")).status, 400U);
        EXPECT_EQ((co_await post_json(address, "/override/text", "nonsense")).status, 429U);
    });
}

TEST_F(Limits, are_off_in_development)
{
    run({}, [](Address address) -> awaitable<void> {
        auto connection = co_await HttpConnection::open(address);
        const std::string request =
            request_text("POST", "/override/end", {}, R"({"callSid":"CA1"})");
        for (int i = 0; i < 300; ++i) {
            co_await connection.send(request);
            EXPECT_EQ((co_await connection.receive()).value().status, 404U);
        }
    });
}

// ── calls ──

TEST_F(Limits, of_calls_counts_those_that_are_announced_and_have_no_socket_yet)
{
    run({{"PHONY_MAX_CALLS", "2"}}, [this](Address address) -> awaitable<void> {
        EXPECT_TRUE(is_connected(co_await announce(address, "CA1")));
        EXPECT_TRUE(is_connected(co_await announce(address, "CA2")));
        EXPECT_TRUE(is_overflow(co_await announce(address, "CA3")));
        EXPECT_TRUE(is_connected(co_await announce(address, "CA2"))) << "Twilio asks again";
        EXPECT_EQ(app->figures().active_calls, 0U);
        EXPECT_THAT((co_await get(address, "/healthz")).body, HasSubstr(R"("activeCalls":0)"));
        EXPECT_EQ(turned_away("full"), 1);

        // The call takes its place over, and gives it back when it ends.
        auto first = co_await RelayClient::dial(address, "CA1");
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 1; }));
        EXPECT_TRUE(is_overflow(co_await announce(address, "CA3")));
        co_await first.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 0; }));
        EXPECT_TRUE(is_connected(co_await announce(address, "CA3")));
        EXPECT_TRUE(is_overflow(co_await announce(address, "CA4")));
        EXPECT_EQ(turned_away("full"), 3);
    });
}

TEST_F(Limits, of_calls_holds_when_all_of_them_are_announced_at_once)
{
    run({{"PHONY_MAX_CALLS", "5"}}, [](Address address) -> awaitable<void> {
        const auto executor = co_await async::asio::this_coro::executor;
        int connected = 0;
        int turned = 0;
        const auto one = [&](std::string call_sid) -> awaitable<void> {
            const auto reply = co_await announce(address, call_sid);
            connected += is_connected(reply) ? 1 : 0;
            turned += is_overflow(reply) ? 1 : 0;
        };
        constexpr int all = 40;
        for (int i = 0; i < all; ++i) {
            async::asio::co_spawn(
                executor, one("CA" + std::to_string(i)), [](const std::exception_ptr& failure) {
                    if (failure) std::rethrow_exception(failure);
                });
        }
        EXPECT_TRUE(co_await eventually([&] { return connected + turned == all; }));
        EXPECT_EQ(connected, 5);
        EXPECT_EQ(turned, all - 5);
    });
}

TEST_F(Limits, of_calls_counts_a_call_that_nobody_announced_and_keeps_it)
{
    run({{"PHONY_MAX_CALLS", "1"}}, [this](Address address) -> awaitable<void> {
        auto unannounced = co_await RelayClient::dial(address, "CA1");
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 1; }));
        EXPECT_TRUE(is_overflow(co_await announce(address, "CA2")));
        auto another = co_await RelayClient::dial(address, "CA3");
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 2; }));
        co_await unannounced.hang_up();
        co_await another.hang_up();
    });
}

}  // namespace
}  // namespace phony::test
