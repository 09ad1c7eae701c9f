#include <phony/async/stream.hpp>

#include "support/loopback.hpp"
#include "support/run_io.hpp"
#include "support/test_certificate.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <array>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace phony::async {
namespace {

using namespace asio::experimental::awaitable_operators;
namespace beast = boost::beast;
using test::run_io;
using test::TestCertificate;

enum class Wire { plain, tls };

struct StreamTest : testing::TestWithParam<Wire> {
    asio::io_context io;
    TestCertificate certificate = TestCertificate::issue("127.0.0.1");
    asio::ssl::context server_tls = certificate.server_context();
    asio::ssl::context client_tls = certificate.client_context();
    std::optional<Stream> server;
    std::optional<Stream> client;

    /// The two ends of a TCP connection on loopback, before any handshake.
    awaitable<void> connect_tcp(bool tls)
    {
        auto [far, near] = co_await test::connected_sockets();
        server = tls ? Stream{std::move(far), server_tls} : Stream{std::move(far)};
        client = tls ? Stream{std::move(near), client_tls} : Stream{std::move(near)};
    }

    awaitable<void> connect()
    {
        co_await connect_tcp(GetParam() == Wire::tls);
        auto [accepted, connected] =
            co_await (server->accept_tls() && client->connect_tls("127.0.0.1"));
        EXPECT_FALSE(accepted) << accepted.message();
        EXPECT_FALSE(connected) << connected.message();
    }
};

awaitable<std::string> read_exactly(Stream& stream, std::size_t size)
{
    std::string text(size, '\0');
    co_await asio::async_read(stream, asio::buffer(text), use_awaitable);
    co_return text;
}

TEST_P(StreamTest, carries_bytes_both_ways)
{
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        EXPECT_EQ(client->is_tls(), GetParam() == Wire::tls);
        co_await asio::async_write(*client, asio::buffer("ping", 4), use_awaitable);
        EXPECT_EQ(co_await read_exactly(*server, 4), "ping");
        co_await asio::async_write(*server, asio::buffer("pong", 4), use_awaitable);
        EXPECT_EQ(co_await read_exactly(*client, 4), "pong");
    };
    run_io(io, script());
}

TEST_P(StreamTest, carries_megabytes_made_of_many_small_and_large_buffers)
{
    std::string whole(3 * 1024 * 1024, '\0');
    for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = static_cast<char>(i * 31 % 251);
    std::vector<asio::const_buffer> pieces;
    for (std::size_t at = 0, size = 0; at < whole.size();
         at += size, size = (size * 7 + 1) % 40'000)
        pieces.push_back(asio::buffer(whole.data() + at, std::min(size, whole.size() - at)));

    auto script = [&]() -> awaitable<void> {
        co_await connect();
        auto [written, received] = co_await (asio::async_write(*client, pieces, use_awaitable) &&
                                             read_exactly(*server, asio::buffer_size(pieces)));
        EXPECT_EQ(written, received.size());
        EXPECT_TRUE(received == whole.substr(0, received.size()));
    };
    run_io(io, script());
}

TEST_P(StreamTest, sends_a_head_and_a_body_in_one_write)
{
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        const std::array message{asio::buffer("head "), asio::buffer("body")};
        const auto size = co_await client->async_write_some(message, use_awaitable);
        EXPECT_EQ(size, asio::buffer_size(message));
        EXPECT_EQ((co_await read_exactly(*server, size)).substr(0, 4), "head");
    };
    run_io(io, script());
}

TEST_P(StreamTest, lets_go_of_a_read_that_is_cancelled)
{
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        auto winner = co_await (read_exactly(*server, 1) || test::yield());
        EXPECT_EQ(winner.index(), 1u);
    };
    run_io(io, script());
}

TEST_P(StreamTest, ends_what_is_under_way_when_it_is_closed)
{
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        auto read = [&]() -> awaitable<void> {
            std::array<char, 8> buffer;
            auto [ec, size] = co_await server->async_read_some(asio::buffer(buffer), as_result);
            EXPECT_EQ(ec, asio::error::operation_aborted);
        };
        auto close_soon = [&]() -> awaitable<void> {
            co_await test::yield();
            server->close();
        };
        co_await (read() && close_soon());
    };
    run_io(io, script());
}

TEST_P(StreamTest, reports_a_reset_and_an_end_without_farewell)
{
    auto script = [&]() -> awaitable<void> {
        std::array<char, 8> buffer;
        co_await connect();
        server->close();
        auto [end, none] = co_await client->async_read_some(asio::buffer(buffer), as_result);
        EXPECT_EQ(end,
                  GetParam() == Wire::tls ? error_code{asio::ssl::error::stream_truncated}
                                          : error_code{asio::error::eof});
        co_await connect();
        server->socket().set_option(asio::socket_base::linger{true, 0});
        server->close();
        auto [reset, nothing] = co_await client->async_read_some(asio::buffer(buffer), as_result);
        EXPECT_EQ(reset, asio::error::connection_reset);
    };
    run_io(io, script());
}

TEST_P(StreamTest, is_quiet_until_the_peer_sends_or_closes)
{
    auto script = [&]() -> awaitable<void> {
        for (const bool closes : {false, true}) {
            co_await connect();
            // TLS 1.3 sends session tickets after the handshake; they are no message.
            for (int i = 0; i < 20; ++i) {
                co_await test::yield();
                EXPECT_TRUE(client->quiet());
            }
            if (closes)
                server->close();
            else
                co_await asio::async_write(*server, asio::buffer("?", 1), use_awaitable);
            co_await client->socket().async_wait(Socket::wait_read, use_awaitable);
            EXPECT_FALSE(client->quiet());
        }
    };
    run_io(io, script());
}

TEST_P(StreamTest, carries_http)
{
    namespace http = beast::http;
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        http::request<http::string_body> request{http::verb::post, "/x", 11, "body"};
        request.prepare_payload();
        beast::flat_buffer buffer;
        http::request<http::string_body> received;
        co_await (http::async_write(*client, request, use_awaitable) &&
                  http::async_read(*server, buffer, received, use_awaitable));
        EXPECT_EQ(received.target(), "/x");
        EXPECT_EQ(received.body(), "body");
    };
    run_io(io, script());
}

TEST_P(StreamTest, carries_a_websocket_from_handshake_to_farewell)
{
    namespace websocket = beast::websocket;
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        websocket::stream<Stream> near{std::move(*client)};
        websocket::stream<Stream> far{std::move(*server)};
        near.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
        far.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
        co_await (near.async_handshake("127.0.0.1", "/", use_awaitable) &&
                  far.async_accept(use_awaitable));
        co_await near.async_write(asio::buffer("hello", 5), use_awaitable);
        beast::flat_buffer message;
        co_await far.async_read(message, use_awaitable);
        EXPECT_EQ(beast::buffers_to_string(message.data()), "hello");

        auto read_farewell = [&]() -> awaitable<void> {
            auto [ec, size] = co_await far.async_read(message, as_result);
            EXPECT_EQ(ec, websocket::error::closed);
            EXPECT_EQ(far.reason().code, 4000);
        };
        co_await (near.async_close(websocket::close_reason{4000}, use_awaitable) &&
                  read_farewell());
    };
    run_io(io, script());
}

INSTANTIATE_TEST_SUITE_P(,
                         StreamTest,
                         testing::Values(Wire::plain, Wire::tls),
                         [](const auto& wire) {
                             return wire.param == Wire::plain ? "plain" : "tls";
                         });

struct StreamTls : StreamTest {};

TEST_F(StreamTls, refuses_a_certificate_for_another_host)
{
    certificate = TestCertificate::issue("elsewhere.example");
    server_tls = certificate.server_context();
    client_tls = certificate.client_context();
    auto script = [&]() -> awaitable<void> {
        for (const std::string host : {"127.0.0.1", "api.example"}) {
            co_await connect_tcp(true);
            auto [accepted, connected] =
                co_await (server->accept_tls() && client->connect_tls(host));
            EXPECT_TRUE(connected);
        }
        co_await connect_tcp(true);
        auto [accepted, connected] =
            co_await (server->accept_tls() && client->connect_tls("elsewhere.example"));
        EXPECT_FALSE(connected) << connected.message();
    };
    run_io(io, script());
}

TEST_F(StreamTls, refuses_a_certificate_of_an_unknown_authority)
{
    client_tls = TestCertificate::issue("127.0.0.1").client_context();
    auto script = [&]() -> awaitable<void> {
        co_await connect_tcp(true);
        auto [accepted, connected] =
            co_await (server->accept_tls() && client->connect_tls("127.0.0.1"));
        EXPECT_TRUE(connected);
    };
    run_io(io, script());
}

}  // namespace
}  // namespace phony::async
