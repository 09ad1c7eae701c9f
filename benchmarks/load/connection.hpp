#pragma once

#include "load/descriptor.hpp"
#include "load/event_loop.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

#include <openssl/types.h>

#include <span>
#include <string>
#include <string_view>

namespace phony::bench {

/// A TCP connection on loopback that never waits, plain or TLS:
///
///     Connection connection{loop, watcher};
///     connection.open(Connection::connect(port), tls_context);
///     connection.write("GET …");                   // kept until the connection is established
///     void ready(std::uint32_t events) { connection.ready(events); … connection.read(buffer) … }
///
/// Nothing throws: a connection that fails is closed(), with what() of it.
class Connection {
public:
    static Descriptor connect(std::uint16_t port);

    /// Closed as yet. Both must outlive this.
    Connection(EventLoop& loop, Watcher& watcher) : loop_{loop}, watcher_{watcher} {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() = default;

    /// Plain when `tls` is null; else the client's side of TLS, whose context must outlive this. A
    /// connection that was closed can be opened again.
    void open(Descriptor socket, SSL_CTX* tls = nullptr);
    /// Takes notice of what epoll said and writes what was kept.
    void ready(std::uint32_t events);
    /// How much was read. Less than the buffer takes: there is no more now, or ever: closed().
    std::size_t read(std::span<char> buffer);
    /// What does not go out at once is kept and follows when it can.
    void write(std::string_view bytes);
    void close();

    bool closed() const { return !socket_; }
    /// All that was written is in the kernel's hands.
    bool written() const { return unsent_.empty(); }
    /// Why it is closed: "Connection reset by peer", "end of stream".
    const std::string& what() const { return what_; }

private:
    struct FreeSsl {
        void operator()(SSL* ssl) const;
    };

    std::size_t read_tls(std::span<char> buffer);
    std::size_t write_some(std::string_view bytes);
    std::size_t write_some_tls(std::string_view bytes);
    void flush();
    void want_writable(bool wanted);
    void fail(std::string why);
    void fail_tls(int result);

    EventLoop& loop_;
    Watcher& watcher_;
    Descriptor socket_;
    std::unique_ptr<SSL, FreeSsl> ssl_;
    std::string unsent_;
    bool established_ = false;
    bool wants_writable_ = true;  ///< a connection that is established is told as writable
    std::string what_;
};

}  // namespace phony::bench
