#include <phony/async/stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <tuple>
#include <vector>

namespace phony::async {
namespace ssl = asio::ssl;

namespace {

constexpr std::size_t largest_tls_record = std::size_t{16} * 1024;

}  // namespace

struct Stream::Layers {
    Socket socket;
    std::unique_ptr<ssl::stream<Socket&>> tls;  ///< none over plain TCP
    std::vector<char> record;  ///< what is being written, while TLS writes several buffers

    Layers(Socket given) : socket{std::move(given)} {}
    Layers(const Layers&) = delete;
    Layers& operator=(const Layers&) = delete;

    /// However a connection ends, OpenSSL shall not take its session for one that went wrong and
    /// forget it: clients that come back resume it.
    ~Layers()
    {
        if (tls) SSL_set_shutdown(tls->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }

    /// Synchronous reads and writes do not wait from now on; asynchronous ones do not look at it.
    bool never_blocks()
    {
        error_code ec;
        if (!socket.non_blocking()) socket.non_blocking(true, ec);
        return !ec;
    }
};

Stream::Stream(Socket socket) : layers_{std::make_unique<Layers>(std::move(socket))} {}

Stream::Stream(Socket socket, ssl::context& context) : Stream{std::move(socket)}
{
    layers_->tls = std::make_unique<ssl::stream<Socket&>>(layers_->socket, context);
}

Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

awaitable<error_code> Stream::accept_tls()
{
    if (!layers_->tls) co_return error_code{};
    auto [ec] = co_await layers_->tls->async_handshake(ssl::stream_base::server, as_result);
    co_return ec;
}

awaitable<error_code> Stream::connect_tls(std::string host, TlsPeer peer)
{
    if (!layers_->tls) co_return error_code{};
    auto& tls = *layers_->tls;

    error_code ec;
    asio::ip::make_address(host, ec);
    const bool is_address = !ec;  // RFC 6066: SNI carries names only
    if (!is_address && SSL_set_tlsext_host_name(tls.native_handle(), host.c_str()) != 1)
        co_return asio::error::invalid_argument;
    tls.set_verify_mode(peer == TlsPeer::verified ? ssl::verify_peer : ssl::verify_none, ec);
    if (!ec) tls.set_verify_callback(ssl::host_name_verification{host}, ec);
    if (ec) co_return ec;

    std::tie(ec) = co_await tls.async_handshake(ssl::stream_base::client, as_result);
    co_return ec;
}

bool Stream::is_tls() const
{
    return layers_->tls != nullptr;
}
Executor Stream::get_executor()
{
    return layers_->socket.get_executor();
}
Socket& Stream::socket()
{
    return layers_->socket;
}
const Socket& Stream::socket() const
{
    return layers_->socket;
}

awaitable<error_code> Stream::shut_down()
{
    return shut_down(*layers_);
}

void Stream::close()
{
    error_code ignored;
    layers_->socket.close(ignored);
}

bool Stream::quiet()
{
    if (!layers_->never_blocks()) return false;
    error_code ec;

    char unexpected = 0;
    const auto buffer = asio::buffer(&unexpected, 1);
    if (layers_->tls)
        layers_->tls->read_some(buffer, ec);
    else
        layers_->socket.read_some(buffer, ec);
    return ec == asio::error::would_block;
}

awaitable<void> Stream::read(Reader& reader)
{
    for (bool more = true; more;) {
        const auto room = reader.room();
        const auto [ec, size] = layers_->tls
                                    ? co_await layers_->tls->async_read_some(room, as_result)
                                    : co_await layers_->socket.async_read_some(room, as_result);
        more = reader.received(ec, size) && !ec;
    }
}

std::size_t Stream::write_now(std::string_view head, std::string_view body)
{
    if (layers_->tls || !layers_->never_blocks()) return 0;
    error_code broken;
    const std::array buffers{asio::buffer(head), asio::buffer(body)};
    return layers_->socket.write_some(buffers, broken);
}

void Stream::read(Layers& layers, asio::mutable_buffer buffer, Handler handler)
{
    if (layers.tls)
        layers.tls->async_read_some(buffer, std::move(handler));
    else
        layers.socket.async_read_some(buffer, std::move(handler));
}

void Stream::write(Layers& layers, const Gather& gathered, Handler handler)
{
    if (!layers.tls) return layers.socket.async_write_some(gathered, std::move(handler));
    if (gathered.size() <= 1)
        return layers.tls->async_write_some(
            gathered.empty() ? asio::const_buffer{} : gathered.front(), std::move(handler));

    // Asio's TLS writes a record, and makes a system call, for each buffer: one record for all
    // instead.
    auto& record = layers.record;
    record.resize(std::min(asio::buffer_size(gathered), largest_tls_record));
    asio::buffer_copy(asio::buffer(record), gathered);
    layers.tls->async_write_some(asio::buffer(std::as_const(record)), std::move(handler));
}

awaitable<error_code> Stream::shut_down(Layers& layers)
{
    error_code ec;
    if (layers.tls) std::tie(ec) = co_await layers.tls->async_shutdown(as_result);
    if (!layers.tls || ec) {
        // Closing while the peer's bytes are unread would reset the connection and could destroy
        // our farewell on its way, so read to the end first. Beast's timer, or our caller's, bounds
        // how long.
        layers.socket.shutdown(Socket::shutdown_send, ec);
        std::array<char, 2048> discarded;
        while (!ec)
            std::tie(ec, std::ignore) =
                co_await layers.socket.async_read_some(asio::buffer(discarded), as_result);
    }
    error_code ignored;
    layers.socket.close(ignored);
    co_return ec == asio::error::eof ? error_code{} : ec;
}

void Stream::shut_down(Layers& layers, ShutDownHandler handler)
{
    const auto slot = handler.get_cancellation_slot();
    auto done = [handler = std::move(handler)](const std::exception_ptr& failure,
                                               error_code ec) mutable {
        std::move(handler)(failure ? asio::error::operation_aborted : ec);
    };
    co_spawn(layers.socket.get_executor(),
             shut_down(layers),
             asio::bind_cancellation_slot(slot, std::move(done)));
}

void Stream::shut_down(Layers& layers, error_code& ec)
{
    if (layers.tls) layers.tls->shutdown(ec);
    layers.socket.shutdown(Socket::shutdown_send, ec);
    layers.socket.close(ec);
}

}  // namespace phony::async
