#include <phony/call/command_parser.hpp>

#include "support/every_split.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::call {
namespace {

using Lines = std::vector<std::string>;

/// One line for each thing that happens: "say Hello", "press 1", "reject hold 60 unknown_command".
/// Speech that nothing interrupts is one line, however many pieces it came in.
void append(Lines& lines, std::span<const Piece> pieces)
{
    for (const Piece& piece : pieces) {
        if (const auto* speech = std::get_if<Speech>(&piece)) {
            if (lines.empty() || !lines.back().starts_with("say ")) lines.emplace_back("say ");
            lines.back() += speech->text;
        } else if (const auto* command = std::get_if<Command>(&piece)) {
            lines.push_back(std::string{name_of(*command)} + " " + std::string{value_of(*command)});
        } else {
            const auto& rejected = std::get<RejectedCommand>(piece);
            lines.push_back("reject " + rejected.command + " " + rejected.value + " " +
                            std::string{name_of(rejected.reason)});
        }
    }
}

Lines lines_of(std::span<const Piece> pieces)
{
    Lines lines;
    append(lines, pieces);
    return lines;
}

void expect_from_every_split(std::string_view reply, const Lines& expected)
{
    test::for_each_split(reply, [&](std::span<const std::string_view> reads) {
        CommandParser parser;
        Lines lines;
        for (const auto read : reads) append(lines, parser.feed(read));
        append(lines, parser.finish());
        EXPECT_EQ(lines, expected)
            << "in " << reads.size() << " reads, the first of " << reads.front().size() << " bytes";
    });
}

TEST(CommandParser, passes_plain_words_on_as_one_view_of_the_chunk)
{
    CommandParser parser;
    const std::string_view chunk = "See [1], or a]] and then ] b.";
    const auto pieces = parser.feed(chunk);
    ASSERT_EQ(pieces.size(), 1U);
    const auto spoken = std::get<Speech>(pieces.front()).text;
    EXPECT_EQ(spoken, chunk);
    EXPECT_EQ(spoken.data(), chunk.data());
}

TEST(CommandParser, separates_commands_from_words_in_order_from_any_split)
{
    expect_from_every_split("One moment. [[press:1]] Done.[[end_call]]",
                            {"say One moment. ", "press 1", "say  Done.", "end_call "});
    expect_from_every_split(
        "[[press:1]][[press:2w#]]Grüße, 世界 🎉 [[request_user:Où ça?]]!",
        {"press 1", "press 2w#", "say Grüße, 世界 🎉 ", "request_user Où ça?", "say !"});
    expect_from_every_split("Bye.[[transfer: +1 (555) 123-4567 ]]",
                            {"say Bye.", "transfer +15551234567"});
}

TEST(CommandParser, speaks_single_brackets_from_any_split)
{
    expect_from_every_split("a[b] c[ d ]] [", {"say a[b] c[ d ]] ["});
    expect_from_every_split("[\xC3\xA9[é[", {"say [é[é["});
}

TEST(CommandParser, takes_the_first_two_of_three_brackets)
{
    expect_from_every_split("[[[press:1]]", {"reject [press 1 unknown_command"});
    expect_from_every_split("[[press:1]]]", {"press 1", "say ]"});
    expect_from_every_split("[[press:1]2]]", {"reject press 1]2 bad_digits"});
}

TEST(CommandParser, rejects_brackets_inside_a_command_up_to_the_first_end)
{
    expect_from_every_split("a [[press:[[end_call]] b",
                            {"say a ", "reject press [[end_call malformed", "say  b"});
    expect_from_every_split("[[]]", {"reject   unknown_command"});
}

TEST(CommandParser, holds_back_a_bracket_until_it_knows_more)
{
    CommandParser parser;
    EXPECT_EQ(lines_of(parser.feed("Hello [")), Lines{"say Hello "});
    EXPECT_EQ(lines_of(parser.feed("x")), Lines{"say [x"});
    EXPECT_EQ(lines_of(parser.feed(" [")), Lines{"say  "});
    EXPECT_EQ(lines_of(parser.feed("[")), Lines{});
    EXPECT_EQ(lines_of(parser.feed("end_call]")), Lines{});
    EXPECT_EQ(lines_of(parser.feed("]")), Lines{"end_call "});
}

TEST(CommandParser, holds_back_a_character_until_it_is_whole)
{
    CommandParser parser;
    EXPECT_EQ(lines_of(parser.feed("a\xF0\x9F")), Lines{"say a"});
    EXPECT_EQ(lines_of(parser.feed("\x8E")), Lines{});
    // The chunk that completes a character may begin another.
    EXPECT_EQ(lines_of(parser.feed("\x89 and \xC3")), Lines{"say 🎉 and "});
    EXPECT_EQ(lines_of(parser.feed("\xA9")), Lines{"say é"});
}

TEST(CommandParser, passes_on_what_is_not_utf8_as_it_came)
{
    expect_from_every_split("a\xFF\xC3[b\xE2\x82\xE2", {"say a\xFF\xC3[b\xE2\x82\xE2"});
    expect_from_every_split("\xC3[[press:1]]\xF0\x9F", {"say \xC3", "press 1", "say \xF0\x9F"});
}

TEST(CommandParser, speaks_no_part_of_an_unfinished_command)
{
    expect_from_every_split("Bye. [[end_ca", {"say Bye. ", "reject end_ca  unfinished"});
    expect_from_every_split("[[press:1]", {"reject press 1 unfinished"});
    expect_from_every_split("[[", {"reject   unfinished"});
}

TEST(CommandParser, rejects_a_command_that_is_too_long_once_and_swallows_the_rest)
{
    const std::string longest = "request_user:" +
                                std::string(CommandParser::longest_command - 13, 'x');
    const Lines too_long = {"reject request_user " + std::string(256, 'x') + " too_long"};

    CommandParser parser;
    EXPECT_EQ(lines_of(parser.feed("[[" + longest + "]]")),
              Lines{"request_user " + longest.substr(13)});
    EXPECT_EQ(lines_of(parser.feed("[[" + longest + "x")), too_long);
    EXPECT_EQ(lines_of(parser.feed(" [[press:1] still inside ] ")), Lines{});
    EXPECT_EQ(lines_of(parser.feed("]]Sorry.")), Lines{"say Sorry."});
    EXPECT_EQ(lines_of(parser.feed("[[" + longest + "]")), Lines{});
    EXPECT_EQ(lines_of(parser.feed("x")), too_long);
    EXPECT_EQ(lines_of(parser.finish()), Lines{}) << "one command, one rejection";
    EXPECT_EQ(lines_of(parser.feed("Hello")), Lines{"say Hello"});
}

TEST(CommandParser, is_ready_for_the_next_reply_after_finish_and_after_reset)
{
    for (const std::string_view left_open : {"Hi [", "Hi \xC3", "[[press:1", "[[press:1]"}) {
        CommandParser parser;
        parser.feed(left_open);
        parser.finish();
        EXPECT_EQ(lines_of(parser.finish()), Lines{}) << left_open;
        EXPECT_EQ(lines_of(parser.feed("[Hello]]")), Lines{"say [Hello]]"}) << left_open;

        parser.feed(left_open);
        parser.reset();
        EXPECT_EQ(lines_of(parser.feed("[Hello]]")), Lines{"say [Hello]]"}) << left_open;
    }
}

TEST(CommandParser, says_nothing_for_an_empty_chunk_or_reply)
{
    CommandParser parser;
    EXPECT_TRUE(parser.feed("").empty());
    EXPECT_TRUE(parser.finish().empty());
}

}  // namespace
}  // namespace phony::call
