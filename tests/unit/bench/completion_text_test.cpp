#include "load/completion_text.hpp"

#include <phony/openai/reply_reader.hpp>

#include <charconv>

#include <gtest/gtest.h>

#include <string>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint moment{1'234'567'890'123us};

/// What is in the chunks; fails when a size is not what it says.
std::string without_chunks(std::string_view coded)
{
    std::string body;
    while (!coded.empty()) {
        std::size_t size = 0;
        const auto end_of_size = coded.find("\r\n");
        if (end_of_size == coded.npos) break;
        const auto digits = coded.substr(0, end_of_size);
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
        coded.remove_prefix(end_of_size + 2);
        EXPECT_EQ(coded.substr(size, 2), "\r\n");
        body += coded.substr(0, size);
        coded.remove_prefix(size + 2);
    }
    return body;
}

std::string whole_reply(CompletionText& text, unsigned tokens)
{
    std::string bytes{text.begin()};
    for (unsigned i = 0; i < tokens; ++i) bytes += text.token(moment + i * 1us);
    return bytes += text.end();
}

TEST(CompletionText, is_a_reply_as_phony_reads_one)
{
    for (const bool usage : {false, true}) {
        for (const bool obfuscation : {false, true}) {
            CompletionText text{usage, obfuscation, 3};
            const auto reply = whole_reply(text, 3);
            EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n"));

            const auto body =
                without_chunks(std::string_view{reply}.substr(reply.find("\r\n\r\n") + 4));
            EXPECT_EQ(body.find("obfuscation") != body.npos, obfuscation);
            openai::ReplyReader reader;
            const auto reading = reader.read(body);
            EXPECT_TRUE(reading.complete);
            EXPECT_FALSE(reading.failure);
            EXPECT_TRUE(reader.done());
            EXPECT_EQ(reader.malformed_events(), 0U);
            EXPECT_EQ(reader.usage().has_value(), usage);

            std::string expected;
            for (unsigned i = 0; i < 3; ++i) {
                const auto stamp = write_stamp(StampKind::token, moment + i * 1us);
                expected.append(" ").append(stamp.data(), stamp.size());
            }
            EXPECT_EQ(reading.text, expected);
        }
    }
}

TEST(CompletionText, ends_the_chunked_coding)
{
    const CompletionText text{false, false, 1};
    EXPECT_TRUE(text.end().ends_with("data: [DONE]\n\n\r\n0\r\n\r\n"));
}

TEST(CompletionText, of_a_refusal_has_the_length_that_it_tells)
{
    const auto text = refusal_text(500, "The server had an error");
    const auto body = text.substr(text.find("\r\n\r\n") + 4);
    EXPECT_TRUE(text.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_NE(text.find("Content-Length: " + std::to_string(body.size()) + "\r\n"), text.npos);
}

}  // namespace
}  // namespace phony::bench
