#include <phony/openai/sse_parser.hpp>

#include "support/every_split.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::openai {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;  // type, data

Events read_all(std::span<const std::string_view> reads)
{
    Events events;
    const auto keep = [&](std::span<const SseEvent> complete) {
        for (const SseEvent& event : complete) events.emplace_back(event.type, event.data);
    };
    SseParser parser;
    for (const std::string_view read : reads) keep(parser.feed(read));
    keep(parser.finish());
    return events;
}

void expect_events(std::string_view stream, const Events& expected)
{
    test::for_each_split(stream, [&](std::span<const std::string_view> reads) {
        EXPECT_EQ(read_all(reads), expected)
            << "in " << reads.size() << " reads, the first of " << reads[0].size() << " bytes";
    });
}

TEST(SseParser, dispatches_on_a_blank_line)
{
    expect_events("data: one\n\ndata: two\n\n", {{"", "one"}, {"", "two"}});
}

TEST(SseParser, accepts_every_line_end_and_any_mixture)
{
    expect_events("data: one\r\n\r\ndata: two\r\rdata: three\n\n",
                  {{"", "one"}, {"", "two"}, {"", "three"}});
    expect_events("data: one\r\n\ndata: two\n\r\ndata: three\r\n\rdata: four\n\r",
                  {{"", "one"}, {"", "two"}, {"", "three"}, {"", "four"}});
    expect_events("data: a\rdata: b\ndata: c\r\n\r\n", {{"", "a\nb\nc"}});
}

TEST(SseParser, removes_one_space_behind_the_colon)
{
    expect_events("data:x\n\ndata: x\n\ndata:  x\n\n", {{"", "x"}, {"", "x"}, {"", " x"}});
}

TEST(SseParser, joins_data_lines_with_line_feeds)
{
    expect_events("data: {\ndata\ndata:}\n\n", {{"", "{\n\n}"}});
}

TEST(SseParser, skips_comments_and_fields_that_mean_nothing_here)
{
    expect_events(
        ": OPENROUTER PROCESSING\n\n:\n\ndata: a\n: ping\nid: 7\nretry: 10\nother: x\ndata: b\n\n",
        {{"", "a\nb"}});
}

TEST(SseParser, an_event_without_data_is_none_and_its_type_is_forgotten)
{
    expect_events("event: ping\n\ndata: a\n\n", {{"", "a"}});
}

TEST(SseParser, tells_the_type)
{
    expect_events("event: error\ndata: {}\n\ndata: a\n\n", {{"error", "{}"}, {"", "a"}});
}

TEST(SseParser, empty_data_is_an_event)
{
    expect_events("data\n\ndata:\n\n", {{"", ""}, {"", ""}});
}

TEST(SseParser, drops_one_byte_order_mark)
{
    expect_events(
        "\xEF\xBB\xBF"
        "data: a\n\n",
        {{"", "a"}});
    expect_events("\xEF\xBB\xBF\ndata: a\n\n", {{"", "a"}});
    expect_events(
        "\xEF\xBB\xBF\xEF\xBB\xBF"
        "data: a\n\ndata: b\n\n",
        {{"", "b"}});
    expect_events(
        "data: a\n\n\xEF\xBB\xBF"
        "data: b\n\n",
        {{"", "a"}});
}

TEST(SseParser, leaves_characters_whole)
{
    expect_events("data: \xF0\x9F\x98\x80\n\n", {{"", "\xF0\x9F\x98\x80"}});
}

TEST(SseParser, accepts_a_last_event_that_no_blank_line_follows)
{
    expect_events("data: a\n\ndata: [DONE]\n", {{"", "a"}, {"", "[DONE]"}});
    expect_events("data: a\n\ndata: [DONE]", {{"", "a"}, {"", "[DONE]"}});
    expect_events("data: a\r\n\r\ndata: [DONE]\r", {{"", "a"}, {"", "[DONE]"}});
}

TEST(SseParser, an_event_within_one_read_is_not_copied)
{
    SseParser parser;
    const std::string_view read = ": ping\r\n\r\ndata: one\r\n\r\ndata: two\r\n\r\n";
    for (int round = 0; round < 2; ++round) {
        const auto events = parser.feed(read);
        ASSERT_EQ(events.size(), 2U);
        EXPECT_EQ(events[0].data.data(), read.data() + read.find("one"));
        EXPECT_EQ(events[1].data.data(), read.data() + read.find("two"));
    }
}

TEST(SseParser, an_event_begun_earlier_outlives_the_holding_of_the_next)
{
    SseParser parser;
    EXPECT_TRUE(parser.feed("data: on").empty());
    const auto events = parser.feed("e\n\ndata: two\n\ndata: an event that is not complete yet");
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].data, "one");
    EXPECT_EQ(events[1].data, "two");
}

TEST(SseParser, drops_an_event_that_is_too_long_and_reads_the_next)
{
    const std::string stream = "data: a\n\ndata: " + std::string(SseParser::longest_event, 'x') +
                               "\ndata: more\n\ndata: b\n\n";
    for (const std::size_t read_size : {stream.size(), std::size_t{4096}, std::size_t{1000003}}) {
        SseParser parser;
        Events events;
        for (std::size_t at = 0; at < stream.size(); at += read_size) {
            for (const SseEvent& event :
                 parser.feed(std::string_view{stream}.substr(at, read_size))) {
                events.emplace_back(event.type, event.data);
            }
        }
        EXPECT_EQ(events, (Events{{"", "a"}, {"", "b"}}));
        EXPECT_EQ(parser.dropped_events(), 1U);
    }
}

TEST(SseParser, the_longest_event_is_read_whole)
{
    const std::string data(SseParser::longest_event - std::string_view{"data:\n"}.size(), 'x');
    SseParser parser;
    EXPECT_TRUE(parser.feed("data:" + data).empty());
    const auto events = parser.feed("\n\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].data, data);
    EXPECT_EQ(parser.dropped_events(), 0U);
}

TEST(SseParser, is_ready_for_another_stream_after_finish)
{
    SseParser parser;
    EXPECT_TRUE(parser.feed("event: x\ndata: a\r").empty());
    EXPECT_EQ(parser.finish().size(), 1U);
    const auto events = parser.feed(
        "\xEF\xBB\xBF"
        "data: b\n\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "");
    EXPECT_EQ(events[0].data, "b");
    EXPECT_TRUE(parser.finish().empty());
}

}  // namespace
}  // namespace phony::openai
