#include "log/log.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace phony::log {
namespace {

namespace json = boost::json;

/// The log of one test, written into a pipe.
class Log : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(::pipe2(pipe_ends.data(), O_CLOEXEC), 0); }

    void TearDown() override
    {
        start({});
        ::close(pipe_ends[0]);
        ::close(pipe_ends[1]);
    }

    void start_in(Format format, Level level = Level::info)
    {
        start({.level = level, .format = format, .file_descriptor = pipe_ends[1]});
    }

    std::string read()
    {
        std::array<char, 65536> buffer;
        const auto size = ::read(pipe_ends[0], buffer.data(), buffer.size());
        return size < 0 ? std::string{}
                        : std::string{buffer.data(), static_cast<std::size_t>(size)};
    }

    json::object read_json()
    {
        const std::string line = read();
        EXPECT_TRUE(line.ends_with('\n'));
        EXPECT_EQ(line.find('\n'), line.size() - 1) << "more than one line";
        return json::parse(line).as_object();
    }

    std::array<int, 2> pipe_ends{};
};

TEST_F(Log, writes_an_object_on_each_line)
{
    start_in(Format::json);
    const std::string text = "as string";
    info("listening",
         {{"port", std::uint16_t{24187}},
          {"offset", -5},
          {"tls", false},
          {"took_ms", 1.25},
          {"never", std::numeric_limits<double>::infinity()},
          {"text", text},
          {"literal", "as literal"}});

    const auto line = read_json();
    EXPECT_EQ(line.at("level"), "info");
    EXPECT_EQ(line.at("msg"), "listening");
    EXPECT_EQ(line.at("port"), 24187);
    EXPECT_EQ(line.at("offset"), -5);
    EXPECT_EQ(line.at("tls"), false);
    EXPECT_EQ(line.at("took_ms"), 1.25);
    EXPECT_TRUE(line.at("never").is_null());
    EXPECT_EQ(line.at("text"), "as string");
    EXPECT_EQ(line.at("literal"), "as literal");
    const std::string_view time = line.at("time").as_string();
    EXPECT_EQ(time.size(), std::string_view{"2024-01-01T00:00:00.000Z"}.size()) << time;
}

TEST_F(Log, escapes_what_an_outsider_sent)
{
    start_in(Format::json);
    warn("odd frame", {{"sent", "\"}\n{\x1b[31m\xFF"}});
    EXPECT_EQ(read_json().at("sent"), "\"}\n{\x1b[31m\xEF\xBF\xBD");

    start_in(Format::human);
    warn("odd frame", {{"sent", "a=b\n\x1b[31m"}, {"empty", ""}});
    EXPECT_TRUE(read().ends_with(" warn  odd frame sent=\"a=b\\n\\u001b[31m\" empty=\"\"\n"));
}

TEST_F(Log, is_readable_on_a_terminal)
{
    start_in(Format::human);
    info("listening", {{"address", "127.0.0.1"}, {"port", 24187}});
    EXPECT_TRUE(read().ends_with(" info  listening address=127.0.0.1 port=24187\n"));
}

TEST_F(Log, leaves_out_what_is_below_its_level)
{
    start_in(Format::json, Level::warn);
    debug("no");
    info("no");
    error("yes");
    EXPECT_EQ(read_json().at("msg"), "yes");
}

TEST_F(Log, cuts_what_is_too_long_and_stays_json)
{
    start_in(Format::json);
    const std::string quotes(5000, '"');
    info("long", {{"one", quotes}, {"two", quotes}, {"three", quotes}});
    const auto line = read_json();
    EXPECT_EQ(line.at("one").as_string().size(), 1024U);
    EXPECT_FALSE(line.contains("three"));
    EXPECT_EQ(line.at("truncated"), true);
}

TEST_F(Log, drops_lines_rather_than_wait_for_a_reader_and_says_how_many)
{
    start_in(Format::json);
    const std::string filling(1000, 'x');
    for (int i = 0; i < 200; ++i) info("filling", {{"x", filling}});  // a pipe holds 64 KiB

    const std::string before = read();
    EXPECT_TRUE(before.ends_with('\n')) << "a line is written as a whole or not at all";
    info("after");
    const std::string after = read();

    const std::size_t note = after.find(R"("msg":"log lines dropped","count":)");
    ASSERT_NE(note, std::string::npos);
    EXPECT_LT(note, after.find(R"("msg":"after")"));
}

TEST_F(Log, counts_all_lines_that_it_ever_dropped)
{
    start_in(Format::json);
    const auto before = dropped_lines();
    const std::string filling(1000, 'x');
    constexpr std::uint64_t lines = 200;
    for (std::uint64_t i = 0; i < lines; ++i) info("filling", {{"x", filling}});
    const auto dropped = dropped_lines() - before;

    const std::string taken = read();
    EXPECT_EQ(dropped + static_cast<std::uint64_t>(std::ranges::count(taken, '\n')), lines);
    info("after");
    EXPECT_NE(read().find(R"("log lines dropped","count":)" + std::to_string(dropped) + "}"),
              std::string::npos);
    EXPECT_EQ(dropped_lines() - before, dropped) << "having been reported, they still count";
}

TEST_F(Log, survives_a_reader_that_went_away)
{
    start_in(Format::json);
    ::close(pipe_ends[0]);
    info("into the void");
    ASSERT_EQ(::pipe2(pipe_ends.data(), O_CLOEXEC), 0);
}

TEST(RedactNumber, shows_the_last_four_digits_at_most)
{
    EXPECT_EQ(redact_number("+15551234567"), "***4567");
    EXPECT_EQ(redact_number("+1 (555) 123-4567"), "***4567");
    EXPECT_EQ(redact_number("911"), "***");
    EXPECT_EQ(redact_number("sip:alice@example.com"), "***");
    EXPECT_EQ(redact_number("anonymous"), "***");
    EXPECT_EQ(redact_number(""), "");
}

TEST(RedactNumber, finds_numbers_in_free_text)
{
    EXPECT_EQ(redact_numbers_in("cannot dial +15551234567, sorry"), "cannot dial ***4567, sorry");
    EXPECT_EQ(redact_numbers_in("+15551234567"), "***4567");
    EXPECT_EQ(redact_numbers_in("(555) 123-4567 or 555.123.4567"), "(***4567 or ***4567");
    EXPECT_EQ(redact_numbers_in("sip:15551234567@example.com"), "sip:***4567@example.com");
    EXPECT_EQ(redact_numbers_in("a 15551234567;b +4930123456"), "a ***4567;b ***3456");
}

TEST(RedactNumber, leaves_alone_what_is_no_phone_number)
{
    for (const std::string_view text : {"",
                                        "no digits",
                                        "error 64105 after 30 s",
                                        "123456",
                                        "192.168.100.200",
                                        "http://10.200.100.200:24187",
                                        "CA0123456789abcdef",
                                        "req_20240101000000",
                                        "\xFF\xFE 12"})
        EXPECT_EQ(redact_numbers_in(text), text);
}

}  // namespace
}  // namespace phony::log
