#pragma once

#include <phony/base/timestamp.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace phony::app {

/// The service manager that started this process, if one did: systemd, through the two protocols
/// that it promises to keep, sd_listen_fds(3) and sd_notify(3).
///
///     const auto manager = ServiceManager::of(process_outside().environment);
///     Listener listener{executor, *manager.listening_socket()};
///     manager.tell("READY=1");
///
/// Any thread may tell it something; that never waits, and what cannot be delivered is dropped.
class ServiceManager {
public:
    /// There is none.
    ServiceManager() = default;

    /// Reads LISTEN_PID, LISTEN_FDS, NOTIFY_SOCKET, WATCHDOG_PID and WATCHDOG_USEC. Throws
    /// runtime_error with a sentence when what was handed over is not one listening TCP socket.
    static ServiceManager of(
        const std::function<std::optional<std::string>(const std::string& name)>& environment);

    /// A socket that others may listen on as well: a predecessor, or a successor. Nothing when we
    /// are to open one.
    std::optional<int> listening_socket() const { return listening_socket_; }

    /// How long it bears our silence; zero when it does not mind.
    Duration watchdog() const { return watchdog_; }

    /// Lines of `VARIABLE=value`: READY=1, STOPPING=1, WATCHDOG=1, STATUS=…
    void tell(std::string_view lines) const;

private:
    std::optional<int> listening_socket_;
    std::string address_;  ///< of a datagram socket; empty: it does not want to know
    Duration watchdog_{};
};

}  // namespace phony::app
