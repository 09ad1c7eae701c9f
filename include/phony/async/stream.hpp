#pragma once

#include <phony/async/awaitable.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/container/static_vector.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace boost::asio::ssl {
class context;  // NOLINT(readability-identifier-naming): Asio's
}

namespace phony::async {

/// Whom a TLS client talks to: a host that a trusted CA vouches for, or anyone at all, which is
/// right only for a test's own server on loopback.
enum class TlsPeer { verified, anyone };

/// One type for a TCP connection and a TLS connection, so that everything above (HTTP, WebSocket,
/// our sessions) is written and compiled once. It is an AsyncStream in the sense of Asio and Beast:
///
///     Stream stream{std::move(socket), tls};
///     if (auto ec = co_await stream.accept_tls()) co_return;
///     co_await http::async_read(stream, buffer, request, as_result);
///     beast::websocket::stream<Stream> ws{std::move(stream)};
///
/// At most one read and one write at a time, on the thread of its io_context. Each read or write
/// can be cancelled through its handler's slot; a TLS stream is then fit for nothing but close().
/// The handler is erased, which costs 3–6 % of a server's throughput and saves more than half of
/// the compile time of whatever uses the stream. A moved-from stream may only be destroyed or
/// assigned to.
class Stream {
public:
    using executor_type = Executor;

    /// Plain TCP.
    explicit Stream(Socket socket);
    /// TLS, which begins with accept_tls() or connect_tls(). `context` must outlive the stream.
    Stream(Socket socket, asio::ssl::context& context);

    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream();

    /// The server's side of the handshake. Plain streams succeed at once.
    awaitable<error_code> accept_tls();
    /// The client's side: sends `host` as SNI (unless it is an address) and requires a certificate
    /// that a CA of the context vouches for and that names `host`. Plain streams succeed at once.
    awaitable<error_code> connect_tls(std::string host, TlsPeer peer = TlsPeer::verified);

    bool is_tls() const;
    Executor get_executor();
    Socket& socket();
    const Socket& socket() const;

    /// Closes the connection with a farewell, so that the peer knows that nothing is missing, and
    /// reads on until the peer has closed it, too: a connection closed with unread input is reset,
    /// and the peer may lose what was sent last. How long that may take is for the caller to say.
    awaitable<error_code> shut_down();

    /// Closes the connection at once, without farewell. What is under way ends with
    /// operation_aborted.
    void close();

    /// For a connection on which nothing is expected: false when the peer has closed it or sent
    /// something. Takes in what TLS itself sends between messages, such as session tickets. Does
    /// not wait, and no read may be under way.
    bool quiet();

    /// Who reads until it has enough.
    class Reader {
    public:
        virtual asio::mutable_buffer room() = 0;
        /// What one read has brought, or why there was none. False when that is enough; behind an
        /// error nothing comes.
        virtual bool received(error_code ec, std::size_t size) = 0;

    protected:
        ~Reader() = default;
    };

    /// As async_read_some(), again and again, for coroutines alone: no handler is erased, and all
    /// reads of a reply share one frame, which makes each of them much cheaper.
    awaitable<void> read(Reader& reader);

    /// Hands to the kernel what it takes of the two without waiting, and says how much that was.
    /// Nothing over TLS, whose records are made by asynchronous writes alone, and nothing when the
    /// connection is broken: the next asynchronous write tells why. None may be under way.
    std::size_t write_now(std::string_view head, std::string_view body);

    // NOLINTBEGIN(cppcoreguidelines-missing-std-forward): async_initiate takes an lvalue

    template <typename MutableBuffers, typename Token>
    auto async_read_some(const MutableBuffers& buffers, Token&& token)
    {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [](auto handler, Layers* layers, asio::mutable_buffer buffer) {
                read(*layers, buffer, Handler{std::move(handler)});
            },
            token,
            layers_.get(),
            first_of(buffers));
    }

    template <typename ConstBuffers, typename Token>
    auto async_write_some(const ConstBuffers& buffers, Token&& token)
    {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [](auto handler, Layers* layers, const Gather& gathered) {
                write(*layers, gathered, Handler{std::move(handler)});
            },
            token,
            layers_.get(),
            gather(buffers));
    }

    // NOLINTEND(cppcoreguidelines-missing-std-forward)

    // What beast::websocket::stream<Stream> needs at the end of a connection; found by their
    // argument.
    friend void beast_close_socket(Stream& stream) { stream.close(); }
    friend void teardown(boost::beast::role_type, Stream& stream, error_code& ec)
    {
        shut_down(*stream.layers_, ec);
    }
    template <typename TeardownHandler>
    friend void async_teardown(boost::beast::role_type, Stream& stream, TeardownHandler&& handler)
    {
        shut_down(*stream.layers_, ShutDownHandler{std::forward<TeardownHandler>(handler)});
    }

private:
    struct Layers;  ///< the socket and, over it, TLS if any; stays in place when the stream moves
    using Handler = asio::any_completion_handler<void(error_code, std::size_t)>;
    using ShutDownHandler = asio::any_completion_handler<void(error_code)>;

    /// A WebSocket frame is two buffers, an HTTP message about ten: they leave in one segment. What
    /// does not fit is left to the next call, as is the right of a `write_some`.
    using Gather = boost::container::static_vector<asio::const_buffer, 16>;

    /// A `read_some` may fill as little as it likes; nothing of ours reads into several buffers.
    template <typename MutableBuffers>
    static asio::mutable_buffer first_of(const MutableBuffers& buffers)
    {
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto it = asio::buffer_sequence_begin(buffers); it != end; ++it)
            if (const asio::mutable_buffer buffer{*it}; buffer.size() > 0) return buffer;
        return {};
    }

    template <typename ConstBuffers>
    static Gather gather(const ConstBuffers& buffers)
    {
        Gather gathered;
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto it = asio::buffer_sequence_begin(buffers);
             it != end && gathered.size() < gathered.capacity();
             ++it)
            if (const asio::const_buffer buffer{*it}; buffer.size() > 0) gathered.push_back(buffer);
        return gathered;
    }

    static void read(Layers& layers, asio::mutable_buffer buffer, Handler handler);
    static void write(Layers& layers, const Gather& gathered, Handler handler);
    static awaitable<error_code> shut_down(Layers& layers);
    static void shut_down(Layers& layers, ShutDownHandler handler);
    static void shut_down(Layers& layers, error_code& ec);

    std::unique_ptr<Layers> layers_;
};

}  // namespace phony::async
