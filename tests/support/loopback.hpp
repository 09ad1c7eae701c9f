#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/async/stream.hpp>

#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <memory>

namespace phony::test {

/// Where a server on loopback listens.
struct Address {
    std::uint16_t port = 0;
    bool tls = false;
};

/// What a client of such a server speaks through.
struct Connection {
    std::unique_ptr<async::asio::ssl::context> tls;  ///< none when it is plain
    async::Stream stream;
};

/// Throws system_error when there is no connection. Any certificate will do.
async::awaitable<Connection> connect(Address address);

/// Both ends of one TCP connection over loopback.
struct SocketPair {
    async::Socket server;
    async::Socket client;
};
async::awaitable<SocketPair> connected_sockets();

}  // namespace phony::test
