#include "server/web_socket.hpp"

#include "server/ordered_stream.hpp"
#include "server/upgrade.hpp"
#include "server/write_watch.hpp"
#include <phony/async/with_deadline.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
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

/// The head of a frame that is a whole text message of a server's (RFC 6455, section 5.2).
class TextFrameHead {
public:
    explicit TextFrameHead(std::uint64_t payload)
    {
        constexpr unsigned char fin_and_text = 0x81;
        put(fin_and_text);
        if (payload < 126) {
            put(static_cast<unsigned char>(payload));
        } else if (payload <= 0xFFFF) {
            put(126);
            put_big_endian(payload, 2);
        } else {
            put(127);
            put_big_endian(payload, 8);
        }
    }

    std::string_view bytes() const { return {bytes_.data(), size_}; }

private:
    void put(unsigned char byte) { bytes_[size_++] = static_cast<char>(byte); }
    void put_big_endian(std::uint64_t number, unsigned width)
    {
        while (width-- > 0) put(static_cast<unsigned char>(number >> (8 * width)));
    }

    std::array<char, 10> bytes_;
    std::size_t size_ = 0;
};

/// Ends an operation of Beast's for good, where closing the socket would not: what waits for
/// another operation of its stream has nothing underway on the socket.
class Abandonment {
public:
    /// For an operation of the coroutine whose state this is; whatever cancels the coroutine ends
    /// it as well.
    auto bind(const asio::cancellation_state& coroutine)
    {
        if (auto slot = coroutine.slot(); slot.is_connected())
            slot.assign([this](asio::cancellation_type type) { signal_.emit(type); });
        return asio::bind_cancellation_slot(signal_.slot(), asio::as_tuple(async::use_awaitable));
    }

    void operator()() { signal_.emit(asio::cancellation_type::terminal); }

private:
    asio::cancellation_signal signal_;
};

}  // namespace

struct WebSocket::Impl {
    Impl(async::Stream stream, WriteWatch& watch)
        : socket{OrderedStream{std::move(stream)}},
          watched{watch, [this] { cut(); }},
          farewell_limit{watch.limit()}
    {
        socket.set_option(timeouts);
        socket.read_message_max(largest_message);
        socket.text(true);
        socket.control_callback([this](websocket::frame_type, beast::string_view) { hear(); });
    }

    void cut()
    {
        was_cut = true;
        socket.next_layer().close();
    }

    void hear() { last_heard = std::chrono::steady_clock::now(); }

    websocket::stream<OrderedStream, false> socket;
    beast::flat_buffer buffer;
    WriteWatch::Watched watched;
    Duration farewell_limit;
    Abandonment abandon_read;
    Abandonment abandon_write;
    TimePoint last_heard = std::chrono::steady_clock::now();
    bool closed_by_handshake = false;
    bool was_cut = false;
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
    auto& socket = impl_->socket;
    auto& buffer = impl_->buffer;
    buffer.consume(buffer.size());
    const auto coroutine = co_await asio::this_coro::cancellation_state;
    auto [ec, size] = co_await socket.async_read(buffer, impl_->abandon_read.bind(coroutine));
    if (ec) {
        // A message that is too big was answered with 1009, which is a goodbye, too.
        impl_->closed_by_handshake = ec == websocket::error::closed ||
                                     ec == websocket::error::message_too_big;
        co_return ec;
    }
    impl_->hear();
    const auto bytes = buffer.cdata();
    co_return Message{.text = {static_cast<const char*>(bytes.data()), bytes.size()},
                      .binary = socket.got_binary()};
}

async::awaitable<async::error_code> WebSocket::write(std::string_view text)
{
    impl_->watched.write_begins();
    const auto coroutine = co_await asio::this_coro::cancellation_state;
    auto [ec, size] = co_await impl_->socket.async_write(asio::buffer(text),
                                                         impl_->abandon_write.bind(coroutine));
    impl_->watched.write_ended();
    co_return ec;
}

bool WebSocket::takes_ahead() const
{
    return impl_->socket.next_layer().idle();
}

void WebSocket::write_ahead(std::string_view text)
{
    impl_->socket.next_layer().hold(TextFrameHead{text.size()}.bytes(), text);
}

bool WebSocket::takes_now() const
{
    return impl_->socket.next_layer().takes_now() && impl_->socket.is_open();
}

void WebSocket::write_now(std::string_view text)
{
    impl_->socket.next_layer().write_now(TextFrameHead{text.size()}.bytes(), text);
}

bool WebSocket::needs_flush() const
{
    return impl_->socket.next_layer().holds_rest();
}

async::awaitable<async::error_code> WebSocket::flush()
{
    // A pong that answers nothing (RFC 6455, section 5.5.3) has Beast write in its turn, and what
    // is left goes ahead of it.
    impl_->watched.write_begins();
    const auto coroutine = co_await asio::this_coro::cancellation_state;
    auto [ec] = co_await impl_->socket.async_pong({}, impl_->abandon_write.bind(coroutine));
    impl_->watched.write_ended();
    co_return ec;
}

void WebSocket::leave_silence_to_us()
{
    auto ours = timeouts;
    ours.idle_timeout = websocket::stream_base::none();
    ours.keep_alive_pings = false;
    impl_->socket.set_option(ours);
}

TimePoint WebSocket::last_heard() const
{
    return impl_->last_heard;
}

async::awaitable<async::error_code> WebSocket::ping()
{
    impl_->watched.write_begins();
    const auto coroutine = co_await asio::this_coro::cancellation_state;
    auto [ec] = co_await impl_->socket.async_ping({}, impl_->abandon_write.bind(coroutine));
    impl_->watched.write_ended();
    co_return ec;
}

void WebSocket::limit_send_buffer(int bytes)
{
    async::error_code ignored;  // it is then as large as the kernel likes
    impl_->socket.next_layer().socket().set_option(asio::socket_base::send_buffer_size{bytes},
                                                   ignored);
}

/// A peer that breaks the protocol while we say goodbye has Beast's read, which wants to say so,
/// wait for the close, and the close for the read: no clock of Beast's ends that.
async::awaitable<void> WebSocket::close(CloseCode code, std::string_view reason)
{
    if (co_await async::with_deadline(say_goodbye(code, reason), impl_->farewell_limit)) co_return;
    impl_->cut();
    impl_->abandon_read();
    impl_->abandon_write();
}

async::awaitable<void> WebSocket::say_goodbye(CloseCode code, std::string_view reason)
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

bool WebSocket::was_cut() const
{
    return impl_->was_cut;
}

}  // namespace phony::server
