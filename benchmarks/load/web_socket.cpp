#include "load/web_socket.hpp"

namespace phony::bench::web_socket {
namespace {

constexpr unsigned short_limit = 126;  ///< from here on, the length takes two more bytes
constexpr unsigned char final_bit = 0x80;
constexpr unsigned char mask_bit = 0x80;
constexpr std::string_view mask = "\x5a\xc3\x96\x2d";

std::size_t read_number(std::string_view bytes)
{
    std::size_t number = 0;
    for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
    return number;
}

}  // namespace

std::string upgrade_request(std::string_view host, std::string_view path)
{
    std::string request = "GET ";
    request.append(path)
        .append(" HTTP/1.1\r\nHost: ")
        .append(host)
        .append(
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: cGhvbnktYmVuY2gtbG9hZA==\r\n\r\n");
    return request;
}

std::string frame(Opcode opcode, std::string_view payload)
{
    std::string bytes;
    bytes.reserve(payload.size() + 14);
    bytes += static_cast<char>(final_bit | static_cast<unsigned char>(opcode));
    const auto append_length = [&](unsigned mark, unsigned size) {
        bytes += static_cast<char>(mask_bit | mark);
        while (size-- > 0) bytes += static_cast<char>(payload.size() >> (8 * size));
    };
    if (payload.size() < short_limit) {
        append_length(static_cast<unsigned>(payload.size()), 0);
    } else if (payload.size() <= 0xFFFF) {
        append_length(short_limit, 2);
    } else {
        append_length(short_limit + 1, 8);
    }
    bytes += mask;
    for (std::size_t i = 0; i < payload.size(); ++i)
        bytes += static_cast<char>(payload[i] ^ mask[i % mask.size()]);
    return bytes;
}

std::optional<Frame> read_frame(std::string_view input)
{
    if (input.size() < 2) return std::nullopt;
    const auto first = static_cast<unsigned char>(input[0]);
    const auto second = static_cast<unsigned char>(input[1]);
    Frame frame{static_cast<Opcode>(first & 0x0FU), (first & final_bit) != 0, {}, 0};
    if ((second & mask_bit) != 0 || (first & 0x70U) != 0) return frame;

    std::size_t head = 2;
    std::size_t size = second;
    if (second >= short_limit) {
        head += second == short_limit ? 2 : 8;
        if (input.size() < head) return std::nullopt;
        size = read_number(input.substr(2, head - 2));
    }
    constexpr std::size_t longest = std::size_t{16} * 1024 * 1024;
    if (size > longest) return frame;
    if (input.size() < head + size) return std::nullopt;
    frame.payload = input.substr(head, size);
    frame.size = head + size;
    return frame;
}

}  // namespace phony::bench::web_socket
