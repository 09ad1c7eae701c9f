#pragma once

#include <phony/async/awaitable.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace phony::server {

struct Core;

/// Accepts connections and gives each to the least loaded core: calls are long, so a connection
/// stays where it begins. Lives on the thread of its executor.
class Listener {
public:
    /// Throws system_error when the address cannot be listened on.
    Listener(async::Executor executor, const std::string& address, std::uint16_t port);

    std::uint16_t port() const { return port_; }

    /// Until stop().
    async::awaitable<void> run(std::span<Core* const> cores);
    void stop();

private:
    boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, async::Executor> acceptor_;
    std::uint16_t port_ = 0;
};

}  // namespace phony::server
