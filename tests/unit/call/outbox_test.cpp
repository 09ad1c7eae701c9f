#include <phony/call/outbox.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace phony::call {
namespace {

using Lines = std::vector<std::string>;

Speak words(Turn turn, std::string text, bool last = false)
{
    return {.turn = turn, .text = std::move(text), .last = last, .preemptible = true};
}

/// "1 Hello", "1 there.|" (the last frame), "press 1", "room", "end", "transfer".
std::string line_of(const Output& output)
{
    if (const auto* speech = std::get_if<Speak>(&output))
        return std::to_string(speech->turn) + " " + speech->text + (speech->last ? "|" : "");
    if (const auto* keys = std::get_if<PressKeys>(&output)) return "press " + keys->digits;
    if (std::holds_alternative<MakeRoom>(output)) return "room";
    return std::holds_alternative<HangUpCall>(output) ? "end" : "transfer";
}

Lines drain(Outbox& outbox)
{
    Lines lines;
    while (const auto next = outbox.pop()) lines.push_back(line_of(next->output));
    return lines;
}

/// What was taken out, which has to be there.
Outbox::Next take(Outbox& outbox)
{
    auto next = outbox.pop();
    EXPECT_TRUE(next);
    return next.value_or(Outbox::Next{});
}

TEST(Outbox, hands_over_in_order)
{
    Outbox outbox;
    EXPECT_TRUE(outbox.empty());
    outbox.push(words(1, "One. "));
    outbox.push(PressKeys{"1"});
    outbox.push(words(1, "Done.", true));
    outbox.push(HangUpCall{});
    EXPECT_EQ(outbox.size(), 4U);
    EXPECT_EQ(drain(outbox), (Lines{"1 One. ", "press 1", "1 Done.|", "end"}));
    EXPECT_FALSE(outbox.pop());
}

TEST(Outbox, says_which_speech_is_the_first_of_its_turn)
{
    Outbox outbox;
    outbox.push(words(1, "a"));
    outbox.push(words(1, "b", true));
    outbox.push(Speak{.turn = 0, .text = "supervisor", .last = true});
    outbox.push(words(2, "c"));
    EXPECT_TRUE(take(outbox).first_of_turn);
    EXPECT_FALSE(take(outbox).first_of_turn);
    EXPECT_FALSE(take(outbox).first_of_turn) << "it belongs to no turn";
    EXPECT_TRUE(take(outbox).first_of_turn);
}

TEST(Outbox, lets_go_of_what_was_written_where_it_was)
{
    Outbox outbox;
    outbox.push(words(1, "a"));
    outbox.push(words(1, "b"));
    outbox.push(PressKeys{"5"});
    EXPECT_EQ(line_of(outbox.front()), line_of(words(1, "a")));
    EXPECT_EQ(outbox.drop_front(), 1U) << "its first speech";
    EXPECT_EQ(outbox.drop_front(), std::nullopt);
    outbox.cut(1);
    EXPECT_EQ(outbox.size(), 2U) << "its end is still to be said";
    EXPECT_EQ(outbox.drop_front(), std::nullopt);
    EXPECT_EQ(line_of(outbox.front()), line_of(PressKeys{"5"}));
    EXPECT_EQ(outbox.drop_front(), std::nullopt);
    EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, drops_a_cut_turn_that_was_not_begun)
{
    Outbox outbox;
    outbox.push(words(1, "a"));
    outbox.push(words(1, "b", true));
    outbox.cut(1);
    outbox.push(words(2, "c", true));
    EXPECT_EQ(drain(outbox), Lines{"2 c|"});
}

TEST(Outbox, closes_a_cut_turn_that_was_begun_before_anything_else)
{
    Outbox outbox;
    outbox.push(words(1, "a"));
    outbox.push(words(1, "b"));
    outbox.push(Speak{.turn = 0, .text = "supervisor", .last = true});
    outbox.pop();
    outbox.cut(1);
    outbox.push(words(2, "c", true));
    const auto closing = take(outbox);
    EXPECT_EQ(line_of(closing.output), "1 |");
    EXPECT_FALSE(closing.first_of_turn);
    EXPECT_EQ(drain(outbox), (Lines{"0 supervisor|", "2 c|"}));
}

TEST(Outbox, closes_a_cut_turn_once)
{
    Outbox outbox;
    outbox.push(words(1, "a"));
    outbox.pop();
    outbox.cut(1);
    outbox.cut(1);
    EXPECT_EQ(drain(outbox), Lines{"1 |"});
    outbox.cut(1);
    EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, leaves_a_complete_turn_as_it_is)
{
    Outbox outbox;
    outbox.push(words(1, "a", true));
    outbox.pop();
    outbox.cut(1);
    EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, never_drops_digits_supervisors_or_the_end)
{
    Outbox outbox;
    outbox.push(words(1, "a"));
    outbox.push(PressKeys{"1"});
    outbox.push(Speak{.turn = 0, .text = "supervisor", .last = true});
    outbox.push(MakeRoom{});
    outbox.push(TransferCall{"+15550001"});
    outbox.cut(0);
    outbox.cut(1);
    EXPECT_EQ(drain(outbox), (Lines{"press 1", "0 supervisor|", "room", "transfer"}));
}

}  // namespace
}  // namespace phony::call
