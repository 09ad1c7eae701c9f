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
/// after 20 s of silence, and gives the connection up after 40 s without a sign of life. A message
/// over 64 KiB ends it with 1009; a write that takes too long cuts it. One read and one write at a
/// time; one thread.
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

    /// Says goodbye and waits for the peer's. A read under way then ends, too.
    async::awaitable<void> close(CloseCode code, std::string_view reason);

    /// Whether it was the peer, or we, who said goodbye; otherwise the connection broke.
    bool closed_by_handshake() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace phony::server
