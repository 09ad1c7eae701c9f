#include "load/web_socket.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include <string>

namespace phony::bench::web_socket {
namespace {

using namespace std::string_literals;

/// As servers send them: without a mask.
std::string server_frame(std::uint8_t first, const std::string& payload)
{
    std::string bytes(1, static_cast<char>(first));
    if (payload.size() < 126) {
        bytes += static_cast<char>(payload.size());
    } else if (payload.size() <= 0xFFFF) {
        bytes += "\x7e"s + static_cast<char>(payload.size() >> 8U) +
                 static_cast<char>(payload.size());
    } else {
        bytes += '\x7f';
        for (unsigned shift = 64; shift > 0; shift -= 8)
            bytes += static_cast<char>(payload.size() >> (shift - 8));
    }
    return bytes + payload;
}

Frame read(std::string_view input)
{
    const auto frame = read_frame(input);
    EXPECT_TRUE(frame) << "it is not complete";
    return frame.value_or(Frame{});
}

TEST(BenchWebSocket, reads_frames_of_every_length)
{
    for (const std::size_t size : {0U, 1U, 125U, 126U, 65'535U, 65'536U}) {
        const std::string payload(size, 'x');
        const auto bytes = server_frame(0x81, payload) + "and more";
        const Frame frame = read(bytes);
        EXPECT_EQ(frame.opcode, Opcode::text);
        EXPECT_TRUE(frame.final);
        EXPECT_EQ(frame.payload, payload);
        EXPECT_EQ(frame.size, bytes.size() - 8);
    }
}

TEST(BenchWebSocket, waits_for_the_rest_of_a_frame)
{
    for (const std::size_t size : {5U, 200U, 70'000U}) {
        const auto bytes = server_frame(0x81, std::string(size, 'x'));
        for (const std::size_t have : {std::size_t{0}, std::size_t{1}, std::size_t{3}, size})
            EXPECT_FALSE(read_frame(std::string_view{bytes}.substr(0, have))) << size << have;
    }
}

TEST(BenchWebSocket, knows_a_message_that_goes_on)
{
    const auto begin = server_frame(0x01, "Hel");
    const auto end = server_frame(0x80, "lo");
    EXPECT_FALSE(read(begin).final);
    EXPECT_EQ(read(end).opcode, Opcode::continuation);
    EXPECT_TRUE(read(end).final);
}

TEST(BenchWebSocket, refuses_what_no_server_may_send)
{
    EXPECT_EQ(read(frame(Opcode::text, "masked")).size, 0U);
    EXPECT_EQ(read(server_frame(0xC1, "compressed")).size, 0U);
    EXPECT_EQ(read("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s).size, 0U);
}

TEST(BenchWebSocket, masks_what_it_sends)
{
    const auto bytes = frame(Opcode::text, "Hello");
    ASSERT_EQ(bytes.size(), 2U + 4U + 5U);
    EXPECT_EQ(bytes[0], '\x81');
    EXPECT_EQ(bytes[1], '\x85');
    std::string taken_off;
    for (std::size_t i = 0; i < 5; ++i)
        taken_off += static_cast<char>(bytes[6 + i] ^ bytes[2 + i % 4]);
    EXPECT_EQ(taken_off, "Hello");
    EXPECT_EQ(bytes.find("Hello"), std::string::npos);
}

}  // namespace
}  // namespace phony::bench::web_socket
