#include "clients/connection_pool.hpp"

#include "support/fake_openai.hpp"
#include "support/run_io.hpp"
#include "support/test_certificate.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <functional>

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace phony::clients {
namespace {

using namespace async::asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using async::awaitable;
using test::FakeOpenAi;
using test::TestCertificate;
using test::yield;
using Lease = ConnectionPool::Lease;
using Want = ConnectionPool::Want;

struct ConnectionPoolTest : testing::Test {
    async::asio::io_context io;
    async::asio::ssl::context tls{async::asio::ssl::context::tls_client};
    FakeOpenAi server{io};
    std::optional<ConnectionPool> pool;

    void open(PoolSettings settings = {})
    {
        pool.emplace(io.get_executor(), *parse_base_url(server.base_url()), tls, settings);
    }

    awaitable<void> then_close(awaitable<void> script)
    {
        co_await std::move(script);
        pool->close();
        server.close();
    }
    void run(awaitable<void> script) { test::run_io(io, then_close(std::move(script))); }

    awaitable<void> until(std::function<bool()> is_true)
    {
        while (!is_true()) co_await yield();
    }
};

TEST_F(ConnectionPoolTest, hands_out_again_what_was_given_back)
{
    open();
    auto script = [&]() -> awaitable<void> {
        auto first = co_await pool->acquire();
        const Connection* connection = first->operator->();
        first->give_back();
        auto second = co_await pool->acquire();
        EXPECT_EQ(second->operator->(), connection);
        EXPECT_EQ((*second)->exchanges, 1u);
        EXPECT_EQ(pool->figures().opened, 1u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, closes_what_was_not_given_back_at_once)
{
    open();
    auto script = [&]() -> awaitable<void> {
        {
            auto lease = co_await pool->acquire();
            co_await server.until([&] { return server.open_connections() == 1; });
        }
        EXPECT_EQ(pool->figures().in_use, 0u);
        co_await server.until([&] { return server.open_connections() == 0; });
    };
    run(script());
}

TEST_F(ConnectionPoolTest, has_two_connections_ready_when_warmed)
{
    open();
    auto script = [&]() -> awaitable<void> {
        pool->warm();
        pool->warm();
        co_await until([&] { return pool->figures().idle == 2; });
        auto lease = co_await pool->acquire();
        EXPECT_EQ(pool->figures().opened, 2u);
        EXPECT_EQ(pool->figures().in_use, 1u);
        EXPECT_EQ(server.accepted_connections(), 2u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, keeps_as_many_open_as_the_last_minute_needed)
{
    open({.tick = 2ms});
    auto script = [&]() -> awaitable<void> {
        std::vector<Lease> leases;
        for (int i = 0; i < 5; ++i) leases.push_back((co_await pool->acquire()).value());
        for (auto& lease : leases) lease.give_back();
        EXPECT_EQ(pool->figures().idle, 5u);
        co_await until([&] { return pool->figures().idle == 2; });  // 60 ticks later
        co_await server.until([&] { return server.open_connections() == 2; });
    };
    run(script());
}

TEST_F(ConnectionPoolTest, drops_an_idle_connection_that_the_server_closes_and_replaces_it)
{
    open({.tick = 2ms});
    auto script = [&]() -> awaitable<void> {
        pool->warm();
        co_await until([&] { return pool->figures().idle == 2; });
        co_await server.until([&] { return server.open_connections() == 2; });
        server.close_idle_connections();
        co_await until([&] { return pool->figures().opened == 4 && pool->figures().idle == 2; });
    };
    run(script());
}

TEST_F(ConnectionPoolTest, serves_users_in_the_order_of_their_arrival_when_it_is_full)
{
    open({.max_connections = 1});
    std::vector<int> served;
    auto user = [&](int number) -> awaitable<void> {
        auto lease = co_await pool->acquire();
        served.push_back(number);
        co_await yield();
        lease->give_back();
    };
    auto script = [&]() -> awaitable<void> {
        co_await (user(1) && user(2) && user(3));
        EXPECT_EQ(served, (std::vector{1, 2, 3}));
        EXPECT_EQ(pool->figures().opened, 1u);
        EXPECT_EQ(pool->figures().waited, 2u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, opens_another_for_the_next_in_line_when_one_is_closed)
{
    open({.max_connections = 1});
    auto script = [&]() -> awaitable<void> {
        auto first = co_await pool->acquire();
        auto close_soon = [&]() -> awaitable<void> {
            co_await yield();
            first->close();
        };
        auto second = co_await (pool->acquire() && close_soon());
        EXPECT_TRUE(second.has_value());
        EXPECT_EQ(pool->figures().opened, 2u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, opens_a_fresh_one_on_demand_even_when_idle_ones_fill_it)
{
    open({.max_connections = 1});
    auto script = [&]() -> awaitable<void> {
        (co_await pool->acquire())->give_back();
        auto lease = co_await pool->acquire(Want::fresh);
        EXPECT_EQ((*lease)->exchanges, 0u);
        EXPECT_EQ(pool->figures().open, 1u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, forgets_a_user_who_is_cancelled_in_line)
{
    open({.max_connections = 1});
    auto script = [&]() -> awaitable<void> {
        auto first = co_await pool->acquire();
        auto impatient = [&]() -> awaitable<void> { co_await pool->acquire(); };
        auto winner = co_await (impatient() || yield());
        EXPECT_EQ(winner.index(), 1u);
        first->give_back();
        EXPECT_EQ(pool->figures().idle, 1u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, keeps_a_connection_that_arrives_for_a_user_who_has_gone)
{
    open();
    auto script = [&]() -> awaitable<void> {
        auto impatient = [&]() -> awaitable<void> { co_await pool->acquire(); };
        co_await (impatient() || yield());
        co_await until([&] { return pool->figures().idle == 1; });
        EXPECT_EQ(pool->figures().in_use, 0u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, says_what_failed_when_nobody_listens)
{
    open();
    server.close();
    auto script = [&]() -> awaitable<void> {
        auto lease = co_await pool->acquire();
        EXPECT_EQ(lease.error().code, async::asio::error::connection_refused);
        EXPECT_NE(lease.error().detail.find("127.0.0.1"), std::string::npos);
        EXPECT_EQ(pool->figures().failed, 1u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, looks_up_names_and_tries_all_their_addresses)
{
    // Where localhost is also ::1, nobody listens there.
    auto origin = *parse_base_url(server.base_url());
    origin.host = "localhost";
    pool.emplace(io.get_executor(), origin, tls, PoolSettings{});
    auto script = [&]() -> awaitable<void> {
        EXPECT_TRUE((co_await pool->acquire()).has_value());
        EXPECT_TRUE((co_await pool->acquire()).has_value());
    };
    run(script());
}

TEST_F(ConnectionPoolTest, fails_users_in_line_when_it_is_closed)
{
    open({.max_connections = 1});
    auto script = [&]() -> awaitable<void> {
        auto first = co_await pool->acquire();
        auto close_soon = [&]() -> awaitable<void> {
            co_await yield();
            pool->close();
        };
        auto second = co_await (pool->acquire() && close_soon());
        EXPECT_FALSE(second.has_value());
        EXPECT_FALSE((co_await pool->acquire()).has_value());
        first->give_back();  // still valid; the connection is closed
        EXPECT_EQ(pool->figures().open, 0u);
    };
    run(script());
}

TEST_F(ConnectionPoolTest, may_be_destroyed_before_its_leases)
{
    open();
    auto script = [&]() -> awaitable<void> {
        auto lease = co_await pool->acquire();
        pool.reset();
        lease->give_back();
        server.close();
    };
    test::run_io(io, script());
}

struct ConnectionPoolTls : testing::Test {
    async::asio::io_context io;
    TestCertificate certificate = TestCertificate::issue("127.0.0.1");
    async::asio::ssl::context server_tls = certificate.server_context();

    Result<void> try_with(TestCertificate shown, TestCertificate trusted, Duration timeout = 5s)
    {
        auto shown_tls = shown.server_context();
        auto trusted_tls = trusted.client_context();
        FakeOpenAi server{io, &shown_tls};
        ConnectionPool pool{io.get_executor(),
                            *parse_base_url(server.base_url()),
                            trusted_tls,
                            PoolSettings{.connect_timeout = timeout}};
        Result<void> outcome;
        auto script = [&]() -> awaitable<void> {
            auto lease = co_await pool.acquire();
            if (!lease) outcome = lease.error();
            pool.close();
            server.close();
        };
        test::run_io(io, script());
        return outcome;
    }
};

TEST_F(ConnectionPoolTls, trusts_a_certificate_of_a_known_authority_for_its_host)
{
    EXPECT_TRUE(try_with(certificate, certificate).has_value());
}

TEST_F(ConnectionPoolTls, refuses_another_hosts_certificate_and_an_unknown_authority)
{
    const auto elsewhere = TestCertificate::issue("elsewhere.example");
    const auto impostor = TestCertificate::issue("127.0.0.1");
    for (const auto& outcome : {try_with(elsewhere, elsewhere), try_with(impostor, certificate)}) {
        ASSERT_FALSE(outcome.has_value());
        EXPECT_NE(outcome.error().detail.find("certificate verify failed"), std::string::npos)
            << outcome.error().detail;
    }
}

TEST_F(ConnectionPoolTls, gives_up_on_a_server_that_never_finishes_the_handshake)
{
    auto client_tls = certificate.client_context();
    FakeOpenAi server{io};  // accepts, and speaks no TLS
    server.play_dead();
    auto origin = *parse_base_url(server.base_url());
    origin.tls = true;
    ConnectionPool pool{
        io.get_executor(), origin, client_tls, PoolSettings{.connect_timeout = 20ms}};
    auto script = [&]() -> awaitable<void> {
        auto lease = co_await pool.acquire();
        EXPECT_EQ(lease.error().code, async::asio::error::timed_out);
        pool.close();
        server.close();
    };
    test::run_io(io, script());
}

TEST_F(ConnectionPoolTls, keeps_idle_connections_through_session_tickets)
{
    auto client_tls = certificate.client_context();
    FakeOpenAi server{io, &server_tls};
    ConnectionPool pool{
        io.get_executor(), *parse_base_url(server.base_url()), client_tls, PoolSettings{}};
    auto script = [&]() -> awaitable<void> {
        pool.warm();
        for (int i = 0; i < 2000 || pool.figures().idle < 2; ++i) co_await yield();
        EXPECT_EQ(pool.figures().idle, 2u);
        EXPECT_EQ(pool.figures().opened, 2u);
        EXPECT_TRUE((co_await pool.acquire()).has_value());
        EXPECT_EQ(pool.figures().opened, 2u);
        pool.close();
        server.close();
    };
    test::run_io(io, script());
}

}  // namespace
}  // namespace phony::clients
