#include "server/web_socket.hpp"

#include "server/upgrade.hpp"
#include "server/write_watch.hpp"
#include "support/loopback.hpp"
#include "support/run_io.hpp"
#include "support/test_certificate.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace phony::server {
namespace {

using namespace async::asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
namespace beast = boost::beast;
using async::awaitable;
using async::use_awaitable;

/// Our end of a WebSocket and a client's, over loopback.
class WebSocketTest : public testing::Test {
protected:
    using Client = beast::websocket::stream<async::Stream>;

    awaitable<void> connect(bool tls = false)
    {
        auto sockets = co_await test::connected_sockets();
        async::Stream ours = tls ? async::Stream{std::move(sockets.server), server_tls}
                                 : async::Stream{std::move(sockets.server)};
        async::Stream theirs = tls ? async::Stream{std::move(sockets.client), client_tls}
                                   : async::Stream{std::move(sockets.client)};
        co_await (ours.accept_tls() && theirs.connect_tls("127.0.0.1"));
        client = std::make_unique<Client>(std::move(theirs));
        co_await (accept(std::move(ours)) && client->async_handshake("a", "/", use_awaitable));
    }

    awaitable<void> accept(async::Stream stream)
    {
        Upgrade upgrade;
        beast::flat_buffer buffer;
        co_await beast::http::async_read(stream, buffer, upgrade.request, use_awaitable);
        server = std::make_unique<WebSocket>(std::move(stream), watch);
        EXPECT_FALSE(co_await server->accept(upgrade));
    }

    awaitable<std::string> read_message()
    {
        beast::flat_buffer buffer;
        co_await client->async_read(buffer, use_awaitable);
        EXPECT_TRUE(client->got_text());
        co_return beast::buffers_to_string(buffer.data());
    }

    awaitable<void> say_goodbye()
    {
        co_await (client->async_close(beast::websocket::close_code::normal, use_awaitable) &&
                  read_to_the_end());
    }

    awaitable<void> read_to_the_end()
    {
        while (co_await server->read()) {}
    }

    async::asio::io_context io;
    test::TestCertificate certificate = test::TestCertificate::issue("127.0.0.1");
    async::asio::ssl::context server_tls = certificate.server_context();
    async::asio::ssl::context client_tls = certificate.client_context();
    WriteWatch watch{10s};
    std::unique_ptr<WebSocket> server;
    std::unique_ptr<Client> client;
};

TEST_F(WebSocketTest, hands_messages_of_every_size_over_at_once)
{
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U}) {
            const std::string message(size, 'x');
            EXPECT_TRUE(server->takes_now());
            server->write_now(message);
            while (server->needs_flush()) EXPECT_FALSE(co_await server->flush());
            EXPECT_EQ(co_await read_message(), message);
        }
        co_await say_goodbye();
        EXPECT_FALSE(server->takes_now()) << "it is closed";
    };
    test::run_io(io, script());
}

TEST_F(WebSocketTest, keeps_what_a_slow_peer_does_not_take_and_cuts_no_frame_in_two)
{
    constexpr int messages = 200;
    const auto message = [](int i) { return std::to_string(i) + std::string(20'000, '.'); };

    int kept = 0;
    const auto write_all = [&]() -> awaitable<void> {
        for (int i = 0; i < messages; ++i) {
            if (i % 3 == 0 && server->takes_now()) {
                server->write_now(message(i));
                kept += server->needs_flush() ? 1 : 0;
                if (i % 2 == 0 && server->needs_flush()) EXPECT_FALSE(co_await server->flush());
            } else if (i % 3 == 1 && server->takes_ahead()) {
                server->write_ahead(message(i));
            } else {
                EXPECT_FALSE(co_await server->write(message(i)));
            }
        }
        if (server->needs_flush()) EXPECT_FALSE(co_await server->flush());
    };
    // Its pings make Beast write pongs at moments of its own.
    const auto read_all = [&]() -> awaitable<void> {
        for (int i = 0; i < messages; ++i) {
            co_await client->async_ping({}, use_awaitable);
            EXPECT_EQ(co_await read_message(), message(i));
        }
        co_await client->async_close(beast::websocket::close_code::normal, use_awaitable);
    };
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        server->limit_send_buffer(4096);
        co_await (write_all() && read_all() && read_to_the_end());
    };
    test::run_io(io, script());
    EXPECT_GT(kept, 0);
}

TEST_F(WebSocketTest, writes_what_was_to_go_ahead_in_its_order)
{
    const auto script = [&](bool tls) -> awaitable<void> {
        co_await connect(tls);
        for (const std::size_t size : {0U, 125U, 126U, 65535U, 65536U}) {
            EXPECT_TRUE(server->takes_ahead());
            server->write_ahead(std::string(size, 'x'));
        }
        EXPECT_FALSE(co_await server->write("last"));
        for (const std::size_t size : {0U, 125U, 126U, 65535U, 65536U})
            EXPECT_EQ(co_await read_message(), std::string(size, 'x'));
        EXPECT_EQ(co_await read_message(), "last");
        client->next_layer().close();
    };
    for (const bool tls : {false, true}) test::run_io(io, script(tls));
}

TEST_F(WebSocketTest, leaves_it_to_write_over_tls)
{
    auto script = [&]() -> awaitable<void> {
        co_await connect(true);
        EXPECT_FALSE(server->takes_now());
        EXPECT_FALSE(co_await server->write("hello"));
        EXPECT_EQ(co_await read_message(), "hello");
        client->next_layer().close();
    };
    test::run_io(io, script());
}

TEST_F(WebSocketTest, gives_up_a_peer_that_breaks_the_protocol_while_it_is_said_goodbye)
{
    int ended = 0;
    const auto read = [&]() -> awaitable<void> {
        co_await read_to_the_end();
        ++ended;
    };
    const auto close = [&]() -> awaitable<void> {
        co_await server->close(CloseCode::normal, "the end");
        ++ended;
    };
    const auto write = [&]() -> awaitable<void> {
        EXPECT_TRUE(co_await server->write("more"));
        ++ended;
    };
    const auto break_protocol = [&]() -> awaitable<void> {
        const std::string no_frame(8, 'G');
        co_await async::asio::async_write(
            client->next_layer(), async::asio::buffer(no_frame), use_awaitable);
    };
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        co_await (read() && close() && write() && break_protocol());
    };
    watch = WriteWatch{200ms};
    test::run_io(io, script());
    EXPECT_EQ(ended, 3);
}

TEST_F(WebSocketTest, tells_of_a_broken_connection_when_it_is_flushed)
{
    auto script = [&]() -> awaitable<void> {
        co_await connect();
        client->next_layer().close();
        while (server->takes_now()) server->write_now(std::string(100'000, '.'));
        EXPECT_TRUE(server->needs_flush());
        EXPECT_TRUE(co_await server->flush());
    };
    test::run_io(io, script());
}

}  // namespace
}  // namespace phony::server
