#pragma once

#include "clients/connection_pool.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace phony::clients {

struct HttpRequest {
    std::string method = "POST";
    std::string path;     ///< behind the base URL's path: "/chat/completions"
    std::string headers;  ///< whole lines, "Name: value\r\n"; Host and Content-Length are added
    std::string body;
};

struct HttpLimits {
    Duration write = std::chrono::seconds{10};
    Duration drain = std::chrono::seconds{1};
    std::size_t header_bytes = std::size_t{16} * 1024;
    std::size_t drain_bytes = std::size_t{64} * 1024;  ///< more than this is not worth a connection
};

/// One request and its response over a pool's connection: http or https, keep-alive, the body as it
/// arrives whatever frames it (chunks, a length, the connection's end).
///
///     HttpExchange exchange{pool};
///     if (auto sent = co_await exchange.send(std::move(request)); !sent) …
///     if (auto head = co_await exchange.receive_head(); !head) …
///     auto body = co_await exchange.read([&](std::string_view bytes) {
///         …                                               // none at the end of the body
///         return true;                                    // false when that was enough
///     });
///     if (!body) …                                        // it was cut
///     co_await exchange.finish();                         // gives the connection back
///
/// A keep-alive connection may close at the very moment it is used. If that happens before the
/// first byte of the response, the request is sent again, once, on a fresh connection, unnoticed.
///
/// Destroying an exchange that is not finished closes its connection at once. Only connecting,
/// writing and draining have time limits; all others are the caller's, who cancels us.
class HttpExchange {
public:
    explicit HttpExchange(ConnectionPool& pool, HttpLimits limits = {});
    ~HttpExchange();
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;

    /// Acquires a connection and writes the request. Succeeds when its last byte was handed to the
    /// socket.
    async::awaitable<Result<void>> send(HttpRequest request);

    /// The same on a fresh connection, and never again by itself: for what must not be done twice.
    /// Unless connected(), the server knows nothing of a request that failed.
    async::awaitable<Result<void>> send_once(HttpRequest request);

    /// Reads up to the end of the response's head, informational (1xx) ones skipped.
    async::awaitable<Result<void>> receive_head();

    /// Takes a part of the body, valid until it returns: whether it wants more.
    using Sink = std::function<bool(std::string_view bytes)>;

    /// Reads the body, and hands over what each read of the socket brings, in one piece, and
    /// nothing at the end; until then, or until the sink has had enough, after which another
    /// read() goes on.
    async::awaitable<Result<void>> read(const Sink& sink);

    /// The body as far as it came, up to a limit; for what still says enough when it was cut.
    async::awaitable<std::string> read_text(std::size_t limit);

    /// Reads the rest of the body, within limits, and gives the connection back if it is good for
    /// another request. `rest` is shown what is read, as far as it wants to be.
    async::awaitable<void> finish(Sink rest = {});

    /// A connection was acquired, so that what failed came later.
    bool connected() const { return connected_; }

    /// Once the head was received.
    int status() const;
    /// The value of a header of the response, or empty. Valid as long as the exchange.
    std::string_view header(std::string_view name) const;

private:
    struct Parser;
    template <typename Enough>
    class Reader;

    async::awaitable<Result<void>> send_on(ConnectionPool::Want want);
    async::awaitable<Result<void>> receive_head_once();
    async::error_code received(async::error_code ec, std::size_t size);
    async::error_code parse();
    bool hand_out(const Sink& sink);
    async::awaitable<void> drain(const Sink& rest);

    ConnectionPool& pool_;
    HttpLimits limits_;
    HttpRequest request_;  ///< kept until the response begins, in case it must be sent again
    ConnectionPool::Lease lease_;
    std::unique_ptr<Parser> parser_;
    async::error_code failure_;  ///< the response cannot be read any further
    bool connected_ = false;
    bool response_begun_ = false;
};

}  // namespace phony::clients
