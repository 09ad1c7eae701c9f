#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/async/condition.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace phony::server {

struct Core;
struct Services;

/// Accepts connections and gives each to the least loaded core: calls are long, so a connection
/// stays where it begins. Who comes when there are too many already, in all or from one address, is
/// sent away at once. Lives on the thread of its executor.
class Listener {
public:
    /// Throws system_error when the address cannot be listened on.
    Listener(const async::Executor& executor, const std::string& address, std::uint16_t port);

    /// Takes over a socket that listens already, which other processes may share. Throws
    /// system_error when it does not.
    Listener(const async::Executor& executor, int listening_socket);

    std::string address() const;
    std::uint16_t port() const { return port_; }

    /// Until stop().
    async::awaitable<void> run(Services& services, std::span<Core* const> cores);

    /// Leaves new connections to those who share the socket, until resume(). Both may be repeated.
    void pause();
    void resume();
    void stop();

private:
    async::awaitable<void> recover(Services& services, async::error_code ec);

    boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, async::Executor> acceptor_;
    async::Condition resumed_;
    std::uint16_t port_ = 0;
    bool paused_ = false;
    std::size_t unreported_ = 0;  ///< failures since the last line in the log
    std::optional<TimePoint> reported_;
};

}  // namespace phony::server
