#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// As much of WebSocket (RFC 6455) as a client needs that measures: its own frames, prebuilt, and
/// the server's, read in place. Beast costs more a frame than the floor does altogether.
namespace phony::bench::web_socket {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

/// The request that asks for an upgrade.
std::string upgrade_request(std::string_view host, std::string_view path);

/// A client's frame. Its mask is always the same, but not zero, or servers could spare the work of
/// taking it off.
std::string frame(Opcode opcode, std::string_view payload);

struct Frame {
    Opcode opcode = Opcode::text;
    bool final = true;
    std::string_view payload;
    std::size_t size = 0;  ///< on the wire, its head included
};

/// The frame at the front of `input`, as a server sends it; nothing when it is not complete yet.
/// `size` 0: it is none that a server may send.
std::optional<Frame> read_frame(std::string_view input);

}  // namespace phony::bench::web_socket
