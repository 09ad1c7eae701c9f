#include "server/web_socket.hpp"

#include "server/upgrade.hpp"
#include "server/write_watch.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <chrono>
#include <cstddef>
#include <utility>

namespace phony::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using namespace std::chrono_literals;
using async::as_result;

constexpr std::size_t largest_message = 64 * 1024;

// Half of the idle time without a frame, Beast sends a ping: proxies drop what is silent for a
// minute.
constexpr websocket::stream_base::timeout timeouts{
    .handshake_timeout = 10s, .idle_timeout = 40s, .keep_alive_pings = true};

}  // namespace

struct WebSocket::Impl {
    Impl(async::Stream stream, WriteWatch& watch)
        : socket{std::move(stream)}, watched{watch, [this] { socket.next_layer().close(); }}
    {
        socket.set_option(timeouts);
        socket.read_message_max(largest_message);
        socket.text(true);
    }

    websocket::stream<async::Stream, false> socket;
    beast::flat_buffer buffer;
    WriteWatch::Watched watched;
    bool closed_by_handshake = false;
};

WebSocket::WebSocket(async::Stream stream, WriteWatch& watch)
    : impl_{std::make_unique<Impl>(std::move(stream), watch)}
{
}

WebSocket::WebSocket(WebSocket&&) noexcept = default;
WebSocket::~WebSocket() = default;

async::awaitable<async::error_code> WebSocket::accept(const Upgrade& upgrade)
{
    auto [ec] = co_await impl_->socket.async_accept(upgrade.request, as_result);
    co_return ec;
}

async::awaitable<boost::system::result<WebSocket::Message>> WebSocket::read()
{
    auto& [socket, buffer, watched, closed_by_handshake] = *impl_;
    buffer.consume(buffer.size());
    auto [ec, size] = co_await socket.async_read(buffer, as_result);
    if (ec) {
        // A message that is too big was answered with 1009, which is a goodbye, too.
        closed_by_handshake = ec == websocket::error::closed ||
                              ec == websocket::error::message_too_big;
        co_return ec;
    }
    const auto bytes = buffer.cdata();
    co_return Message{.text = {static_cast<const char*>(bytes.data()), bytes.size()},
                      .binary = socket.got_binary()};
}

async::awaitable<async::error_code> WebSocket::write(std::string_view text)
{
    impl_->watched.write_begins();
    auto [ec, size] = co_await impl_->socket.async_write(asio::buffer(text), as_result);
    impl_->watched.write_ended();
    co_return ec;
}

async::awaitable<void> WebSocket::close(CloseCode code, std::string_view reason)
{
    const websocket::close_reason farewell{static_cast<websocket::close_code>(code),
                                           beast::string_view{reason.data(), reason.size()}};
    auto [ec] = co_await impl_->socket.async_close(farewell, as_result);
    if (!ec) impl_->closed_by_handshake = true;
}

bool WebSocket::closed_by_handshake() const
{
    return impl_->closed_by_handshake;
}

}  // namespace phony::server
