#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/async/stream.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace phony::server {

/// Why a WebSocket was closed (RFC 6455, section 7.4.1).
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    policy = 1008,
    internal_error = 1011,
};

struct Upgrade;
class WriteWatch;

/// The server's end of a WebSocket that speaks text. It answers pings and closes by itself, pings
/// after 20 s of silence, and gives the connection up after 40 s without a sign of life, unless
/// that is left to its user. A message over 64 KiB ends it with 1009; a write that takes too long
/// cuts it, as does a farewell that is not answered for as long. One read and one write at a time;
/// one thread.
class WebSocket {
public:
    /// `watch` must outlive the socket.
    WebSocket(async::Stream stream, WriteWatch& watch);
    WebSocket(WebSocket&&) noexcept;
    WebSocket& operator=(WebSocket&&) = delete;
    ~WebSocket();

    /// Answers an upgrade request that was read from the same stream.
    async::awaitable<async::error_code> accept(const Upgrade& upgrade);

    struct Message {
        std::string_view text;  ///< valid until the next read
        bool binary = false;
    };
    /// The next message, or why there will be none.
    async::awaitable<boost::system::result<Message>> read();

    async::awaitable<async::error_code> write(std::string_view text);

    /// Whether write_ahead() would do: nothing is being written.
    bool takes_ahead() const;
    /// Keeps a message that leaves with the next write(), ahead of it: many small ones cost little
    /// more than one.
    void write_ahead(std::string_view text);

    /// Whether write_now() would do: the WebSocket is open, over plain TCP, and nothing is being
    /// written.
    bool takes_now() const;
    /// Hands a message to the kernel without waiting, for a fifth of what write() costs. What the
    /// kernel does not take is kept; flush() then waits until it has. For one message, or several
    /// in a row, after takes_now().
    void write_now(std::string_view text);
    bool needs_flush() const;
    async::awaitable<async::error_code> flush();

    /// From now on its user pings, and gives up when last_heard() is too long ago.
    void leave_silence_to_us();
    /// When the last message or control frame came, if only the upgrade.
    TimePoint last_heard() const;
    /// A ping of WebSocket's, which the peer's library answers. Counts as a write.
    async::awaitable<async::error_code> ping();

    /// How many bytes the kernel may hold for a peer that does not read. Once, before much is
    /// written.
    void limit_send_buffer(int bytes);

    /// Says goodbye and waits for the peer's. A read under way then ends, too.
    async::awaitable<void> close(CloseCode code, std::string_view reason);

    /// Whether it was the peer, or we, who said goodbye; otherwise the connection broke.
    bool closed_by_handshake() const;
    /// Whether we broke it, because a write took too long.
    bool was_cut() const;

private:
    async::awaitable<void> say_goodbye(CloseCode code, std::string_view reason);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace phony::server
