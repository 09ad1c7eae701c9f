#include "app/service_manager.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace phony::app {
namespace {

constexpr int first_descriptor = 3;  // SD_LISTEN_FDS_START

std::optional<std::int64_t> number(const std::optional<std::string>& text)
{
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return value;
}

int option_of(int descriptor, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

bool is_listening_on_tcp(int descriptor)
{
    const int domain = option_of(descriptor, SO_DOMAIN);
    return (domain == AF_INET || domain == AF_INET6) &&
           option_of(descriptor, SO_TYPE) == SOCK_STREAM &&
           option_of(descriptor, SO_ACCEPTCONN) == 1;
}

/// The address may begin with '@', which stands for a byte of zero: one without a file.
bool send(const std::string& address, std::string_view lines)
{
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (address.size() >= sizeof to.sun_path) return false;
    std::ranges::copy(address, to.sun_path);
    if (address.front() == '@') to.sun_path[0] = '\0';

    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return false;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    const auto sent = ::sendto(descriptor,
                               lines.data(),
                               lines.size(),
                               MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&to),
                               size);
    ::close(descriptor);
    return sent == static_cast<ssize_t>(lines.size());
}

}  // namespace

ServiceManager ServiceManager::of(
    const std::function<std::optional<std::string>(const std::string& name)>& environment)
{
    ServiceManager manager;
    const std::int64_t self = ::getpid();
    const auto handed_over = number(environment("LISTEN_FDS")).value_or(0);
    if (handed_over > 0 && number(environment("LISTEN_PID")) == self) {
        if (handed_over > 1)
            throw std::runtime_error{"one socket to listen on is enough; LISTEN_FDS are " +
                                     std::to_string(handed_over)};
        if (!is_listening_on_tcp(first_descriptor))
            throw std::runtime_error{"what LISTEN_FDS hands over is not a listening TCP socket"};
        ::fcntl(first_descriptor, F_SETFD, FD_CLOEXEC);
        manager.listening_socket_ = first_descriptor;
    }

    manager.address_ = environment("NOTIFY_SOCKET").value_or("");
    const auto watched = number(environment("WATCHDOG_PID"));
    if (!watched || *watched == self)
        manager.watchdog_ =
            std::chrono::microseconds{number(environment("WATCHDOG_USEC")).value_or(0)};
    return manager;
}

void ServiceManager::tell(std::string_view lines) const
{
    if (!address_.empty()) send(address_, lines);
}

}  // namespace phony::app
