#include "load/connection.hpp"

#include <cerrno>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <system_error>
#include <tuple>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace phony::bench {
namespace {

std::string describe(int error)
{
    return std::system_category().message(error);
}

bool must_wait(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == EINPROGRESS;
}

}  // namespace

Descriptor Connection::connect(std::uint16_t port)
{
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket) throw std::system_error{errno, std::system_category(), "socket"};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // A refusal at once is told by epoll, too.
    std::ignore =
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return socket;
}

void Connection::FreeSsl::operator()(SSL* ssl) const
{
    SSL_free(ssl);
}

void Connection::open(Descriptor socket, SSL_CTX* tls)
{
    close();
    socket_ = std::move(socket);
    established_ = false;
    wants_writable_ = true;
    const int on = 1;
    setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls != nullptr) {
        ssl_.reset(SSL_new(tls));
        SSL_set_fd(ssl_.get(), socket_.get());
        SSL_set_connect_state(ssl_.get());
        SSL_set_mode(ssl_.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                         SSL_MODE_RELEASE_BUFFERS);
    }
    loop_.watch(socket_.get(), EPOLLIN | EPOLLOUT, watcher_);
}

void Connection::ready(std::uint32_t events)
{
    if (closed()) return;
    if (!established_ && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return fail(describe(error));
        established_ = true;
    }
    flush();
}

std::size_t Connection::read(std::span<char> buffer)
{
    if (closed() || !established_) return 0;
    if (ssl_) return read_tls(buffer);
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size > 0) return static_cast<std::size_t>(size);
    if (size == 0) {
        fail("end of stream");
    } else if (!must_wait(errno)) {
        fail(describe(errno));
    }
    return 0;
}

/// All of the records that have come: epoll does not tell of what OpenSSL holds.
std::size_t Connection::read_tls(std::span<char> buffer)
{
    std::size_t all = 0;
    while (all < buffer.size()) {
        std::size_t size = 0;
        const auto rest = buffer.subspan(all);
        const int result = SSL_read_ex(ssl_.get(), rest.data(), rest.size(), &size);
        if (result <= 0) {
            fail_tls(result);
            break;
        }
        all += size;
    }
    if (!closed() && !unsent_.empty()) flush();  // the handshake may be complete by now
    return all;
}

void Connection::write(std::string_view bytes)
{
    if (closed()) return;
    if (unsent_.empty() && established_) bytes.remove_prefix(write_some(bytes));
    if (closed() || bytes.empty()) return;
    unsent_ += bytes;
    want_writable(true);
}

void Connection::close()
{
    // Without SSL_shutdown: the farewell is the WebSocket's.
    ssl_.reset();
    socket_.close();
    unsent_.clear();
}

std::size_t Connection::write_some(std::string_view bytes)
{
    if (ssl_) return write_some_tls(bytes);
    const auto size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0) return static_cast<std::size_t>(size);
    if (!must_wait(errno)) fail(describe(errno));
    return 0;
}

std::size_t Connection::write_some_tls(std::string_view bytes)
{
    std::size_t all = 0;
    while (all < bytes.size()) {
        std::size_t size = 0;
        const int result = SSL_write_ex(ssl_.get(), bytes.data() + all, bytes.size() - all, &size);
        if (result <= 0) {
            fail_tls(result);
            break;
        }
        all += size;
    }
    return all;
}

void Connection::flush()
{
    if (!established_) return;
    if (!unsent_.empty()) unsent_.erase(0, write_some(unsent_));
    if (!closed()) want_writable(!unsent_.empty() && (!ssl_ || SSL_is_init_finished(ssl_.get())));
}

void Connection::want_writable(bool wanted)
{
    if (wants_writable_ == wanted) return;
    wants_writable_ = wanted;
    loop_.change(socket_.get(), wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, watcher_);
}

void Connection::fail(std::string why)
{
    what_ = std::move(why);
    close();
}

void Connection::fail_tls(int result)
{
    const int error = errno;
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return;
    case SSL_ERROR_ZERO_RETURN: return fail("end of stream");
    case SSL_ERROR_SYSCALL: return fail(error == 0 ? "end of stream" : describe(error));
    default: {
        const char* reason = ERR_reason_error_string(ERR_get_error());
        return fail(std::string{"TLS: "} + (reason != nullptr ? reason : "unknown error"));
    }
    }
}

}  // namespace phony::bench
