#pragma once

#include "clients/base_url.hpp"
#include <phony/async/stream.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/beast/core/flat_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace phony::clients {

/// A connection to the pool's server, and what was read from it beyond the message before.
struct Connection {
    explicit Connection(async::Stream opened) : stream{std::move(opened)} {}

    async::Stream stream;
    boost::beast::flat_buffer input;
    std::uint64_t exchanges = 0;  ///< how many times it was given back
};

struct PoolSettings {
    std::size_t max_connections = 256;
    Duration connect_timeout = std::chrono::seconds{2};
    Duration tick = std::chrono::seconds{1};  ///< other than a second only in tests
};

/// Keep-alive connections to one origin, opened ahead of need, for one core (one thread).
///
///     pool.warm();                                   // at a call's setup
///     auto lease = co_await pool.acquire();
///     if (!lease) co_return lease.error();           // no connection: DNS, refused, TLS, timeout
///     … (*lease)->stream …
///     lease->give_back();                            // otherwise it is closed, at once
///
/// While it is in use it keeps as many connections open as were in use at the same time in the last
/// minute, at least two and at most `max_connections`; more than that are closed when they are
/// given back. Idle ones are watched: one that the server closes is dropped, never handed out, and
/// replaced within a second. At the maximum, users wait in line.
///
/// The pool may be destroyed before its leases.
class ConnectionPool {
    struct State;

public:
    /// `tls` must outlive the connections.
    ConnectionPool(const async::Executor& executor,
                   BaseUrl origin,
                   async::asio::ssl::context& tls,
                   PoolSettings settings);
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    /// The use of a connection. Whoever lets go of it without giving it back, closes it: that is
    /// how a reply under way is cancelled in HTTP/1.1.
    class Lease {
    public:
        Lease() = default;
        Lease(std::shared_ptr<State> pool, std::shared_ptr<Connection> connection);
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&& other) noexcept;
        ~Lease() { close(); }

        explicit operator bool() const { return connection_ != nullptr; }
        Connection* operator->() const { return connection_.get(); }

        void close();
        /// For the next user: a message has just ended, and neither side wants to close.
        void give_back();

    private:
        std::shared_ptr<State> pool_;
        std::shared_ptr<Connection> connection_;
    };

    enum class Want { any, fresh };

    /// An idle connection, or a new one; `fresh` insists on a new one. Can be cancelled.
    async::awaitable<Result<Lease>> acquire(Want want = Want::any);

    /// Connections will soon be needed. Returns at once; failures show at acquire().
    void warm();

    /// Closes what is idle, aborts what is being opened, and refuses users from now on. Leases stay
    /// valid.
    void close();

    const BaseUrl& origin() const;

    struct Figures {
        std::size_t open = 0;  ///< idle and in use
        std::size_t idle = 0;
        std::size_t in_use = 0;
        std::uint64_t opened = 0;  ///< so far
        std::uint64_t failed = 0;  ///< attempts to open one, so far
        std::uint64_t waited = 0;  ///< users that waited in line at the maximum, so far
    };
    Figures figures() const;

private:
    std::shared_ptr<State> state_;  ///< shared with leases and with what runs in the background
};

}  // namespace phony::clients
