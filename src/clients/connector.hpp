#pragma once

#include "clients/base_url.hpp"
#include <phony/async/condition.hpp>
#include <phony/async/stream.hpp>
#include <phony/async/task_group.hpp>
#include <phony/base/timestamp.hpp>

#include <memory>
#include <vector>

namespace phony::clients {

/// The addresses of one host. They are looked up when first asked for; when they are older than a
/// minute they are looked up again in the background, while the old ones are still used, so that no
/// caller waits for DNS. An address instead of a name needs no look-up. For one thread.
///
/// `getaddrinfo` runs on a thread of Asio and cannot be interrupted; waiting for it here can.
class AddressBook {
public:
    AddressBook(const async::Executor& executor, std::string host, std::uint16_t port);

    using Endpoints = std::vector<async::asio::ip::tcp::endpoint>;
    async::awaitable<Result<Endpoints>> endpoints();

    /// This one answered: it is tried first from now on.
    void prefer(const async::asio::ip::tcp::endpoint& endpoint);

    /// None of them answered: they are looked up again at the next use.
    void doubt();

private:
    struct State;
    std::shared_ptr<State> state_;  ///< shared with a look-up that may outlive us
    async::TaskGroup lookups_;
};

/// Opens connections to one origin: TCP_NODELAY, and for https a verified TLS handshake.
class Connector {
public:
    /// `tls` must outlive the connections. `timeout` is for everything: DNS, all addresses, TLS.
    Connector(const async::Executor& executor,
              BaseUrl origin,
              async::asio::ssl::context& tls,
              Duration timeout);

    /// Tries each address, in order. Can be cancelled. The error says what failed and at which
    /// host.
    async::awaitable<Result<async::Stream>> connect();

    const BaseUrl& origin() const { return origin_; }

private:
    async::awaitable<Result<async::Stream>> try_all();
    async::awaitable<Result<async::Stream>> try_one(async::asio::ip::tcp::endpoint endpoint);

    async::Executor executor_;
    BaseUrl origin_;
    async::asio::ssl::context& tls_;
    Duration timeout_;
    AddressBook addresses_;
};

}  // namespace phony::clients
