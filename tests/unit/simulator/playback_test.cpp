#include "simulator/playback.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;

constexpr SpeechFlags more{false, false, {}};
constexpr SpeechFlags last{true, false, {}};
constexpr SpeechFlags preemptible{true, true, {}};

/// Round figures: speech begins 300 ms after its first token, 10 ms a character and 100 ms a
/// clause.
Pace round_pace()
{
    Pace pace;
    pace.shortest_start = pace.longest_start = 300ms;
    pace.per_character = 10ms;
    pace.clause_pause = 100ms;
    return pace;
}

struct Mouth {
    Random random{1};
    Playback playback{round_pace(), random};

    TimePoint at(Duration after) const { return TimePoint{1h} + after; }
    void say(Duration after, std::string_view text, const SpeechFlags& flags)
    {
        playback.say(text, flags, at(after));
    }

    /// "400 on", "510 Hello.", "511 off" …
    std::vector<std::string> heard_until(Duration after)
    {
        playback.advance(at(after));
        std::vector<std::string> lines;
        for (const auto& [moment, what] : playback.take_events()) {
            const auto ms =
                std::chrono::duration_cast<std::chrono::milliseconds>(moment - at(0ms)).count();
            std::string line = std::to_string(ms) + " ";
            if (std::holds_alternative<SpeakingBegan>(what))
                line += "on";
            else if (const auto* ended = std::get_if<SpeakingEnded>(&what))
                line += ended->midway ? "off midway" : "off";
            else if (std::holds_alternative<CycleEnded>(what))
                line += "end";
            else
                line += std::get<Played>(what).text;
            lines.push_back(line);
        }
        return lines;
    }
};

using Lines = std::vector<std::string>;

TEST(ClauseLength, ends_at_sentence_marks_and_colons_that_a_space_follows)
{
    EXPECT_EQ(clause_length("One: two", false), 4U);
    EXPECT_EQ(clause_length(" Stop. Stop", false), 6U);
    EXPECT_EQ(clause_length("Version 3.5 is", false), 0U);
    EXPECT_EQ(clause_length("Perhaps.", false), 0U) << "a digit may follow";
    EXPECT_EQ(clause_length("Perhaps.", true), 8U);
}

TEST(ClauseLength, takes_a_comma_and_its_space_only_in_a_long_clause)
{
    EXPECT_EQ(clause_length("Well, that is short", false), 0U);
    EXPECT_EQ(clause_length("This is a short reply of about eight seconds, so", false), 46U);
}

TEST(Playback, plays_clause_by_clause)
{
    Mouth mouth;
    mouth.say(0ms, "Hello. How are you?", last);
    EXPECT_EQ(mouth.heard_until(2s),
              (Lines{"300 on", "460 Hello.", "690  How are you?", "691 off"}));
    EXPECT_TRUE(mouth.playback.idle());
}

TEST(Playback, begins_before_the_reply_is_complete)
{
    Mouth mouth;
    mouth.say(0ms, "Hello. How", more);
    EXPECT_EQ(mouth.heard_until(320ms), (Lines{"300 on"}));
    mouth.say(330ms, " are you?", last);
    EXPECT_EQ(mouth.heard_until(2s), (Lines{"460 Hello.", "690  How are you?", "691 off"}));
}

TEST(Playback, falls_silent_when_tokens_are_late_and_goes_on_when_they_come)
{
    Mouth mouth;
    mouth.say(0ms, "Hello. ", more);
    EXPECT_EQ(mouth.heard_until(900ms), (Lines{"300 on", "460 Hello.", "461 off midway"}));
    mouth.say(1000ms, "Again.", last);
    EXPECT_EQ(mouth.heard_until(3s), (Lines{"1300 on", "1470  Again.", "1471 off"}));
}

TEST(Playback, says_when_nothing_more_comes_of_a_reply_that_it_fell_silent_in)
{
    Mouth mouth;
    mouth.say(0ms, "Hello. ", more);
    EXPECT_EQ(mouth.heard_until(900ms), (Lines{"300 on", "460 Hello.", "461 off midway"}));
    mouth.say(1000ms, "", last);
    EXPECT_EQ(mouth.heard_until(3s), (Lines{"1000 end"}));
    mouth.say(4s, "Bye.", last);
    EXPECT_EQ(mouth.heard_until(9s).back(), "4441 off");
}

TEST(Playback, speaks_an_unfinished_clause_when_it_has_waited_long_enough)
{
    Mouth mouth;
    mouth.say(0ms, "One moment", more);
    EXPECT_EQ(mouth.heard_until(2s), (Lines{"400 on", "600 One moment", "601 off midway"}));
}

TEST(Playback, never_begins_a_clause_before_it_was_whole)
{
    Mouth mouth;
    mouth.say(0ms, "One moment", more);
    mouth.say(350ms, ". Yes", last);
    EXPECT_EQ(mouth.heard_until(2s), (Lines{"350 on", "560 One moment.", "700  Yes", "701 off"}));
}

TEST(Playback, keeps_a_second_reply_waiting_without_a_pause_between_the_two)
{
    Mouth mouth;
    mouth.say(0ms, "First.", last);
    mouth.say(100ms, "Second.", last);
    EXPECT_EQ(mouth.heard_until(2s), (Lines{"300 on", "460 First.", "630 Second.", "631 off"}));
}

TEST(Playback, an_interrupt_discards_the_rest_of_its_reply_even_what_is_still_to_come)
{
    Mouth mouth;
    mouth.say(0ms, "One two three four. Five six.", more);
    mouth.playback.advance(mouth.at(385ms));
    const auto cut = mouth.playback.interrupt(mouth.at(385ms));
    EXPECT_EQ(cut.heard, "One two");
    EXPECT_EQ(cut.lasted, 85ms);
    mouth.say(400ms, " Seven.", more);
    mouth.say(410ms, "", last);
    mouth.say(500ms, "Sorry.", last);
    EXPECT_EQ(mouth.heard_until(2s),
              (Lines{"300 on", "385 One two", "387 off", "800 on", "960 Sorry.", "961 off"}));
}

TEST(Playback, an_interrupt_spares_a_reply_that_was_queued_behind)
{
    Mouth mouth;
    mouth.say(0ms, "First.", last);
    mouth.say(290ms, "Second.", last);
    mouth.playback.advance(mouth.at(310ms));
    EXPECT_EQ(mouth.playback.interrupt(mouth.at(310ms)).heard, "First.") << "at least a word";
    EXPECT_EQ(mouth.heard_until(2s),
              (Lines{"300 on", "310 First.", "312 off", "590 on", "760 Second.", "761 off"}));
}

TEST(Playback, a_newer_reply_replaces_preemptible_speech_at_once)
{
    Mouth mouth;
    mouth.say(0ms, "One two three four five six seven. Eight.", preemptible);
    mouth.say(400ms, "New.", last);
    EXPECT_EQ(mouth.heard_until(3s),
              (Lines{"300 on", "498 One two three four", "840 New.", "841 off"}));
}

TEST(Playback, the_tokens_of_one_preemptible_reply_do_not_replace_each_other)
{
    Mouth mouth;
    mouth.say(0ms, "One. ", {false, true, {}});
    mouth.say(350ms, "Two.", preemptible);
    EXPECT_EQ(mouth.heard_until(3s), (Lines{"300 on", "440 One.", "590  Two.", "591 off"}));
}

TEST(Playback, preemptible_speech_that_had_not_begun_is_never_heard)
{
    Mouth mouth;
    mouth.say(0ms, "Filler.", preemptible);
    mouth.say(100ms, "News.", last);
    EXPECT_EQ(mouth.heard_until(3s), (Lines{"400 on", "550 News.", "551 off"}));
}

TEST(Playback, an_empty_reply_neither_speaks_nor_replaces)
{
    Mouth mouth;
    mouth.say(0ms, "One two three.", preemptible);
    mouth.say(350ms, "", last);
    EXPECT_EQ(mouth.heard_until(3s), (Lines{"300 on", "540 One two three.", "541 off"}));
}

TEST(Playback, a_blank_reply_that_replaces_leaves_silence)
{
    Mouth mouth;
    mouth.say(0ms, "One two three.", preemptible);
    mouth.say(350ms, " ", last);
    EXPECT_EQ(mouth.heard_until(3s), (Lines{"300 on", "448 One two three.", "449 off"}));
}

TEST(Playback, words_behind_digits_wait_for_the_digits)
{
    Mouth mouth;
    mouth.say(0ms, "Pressing one.", more);
    mouth.playback.send_digits("1w2", mouth.at(10ms));
    mouth.say(20ms, "Done.", last);
    EXPECT_EQ(mouth.heard_until(5s),
              (Lines{"300 on",
                     "530 Pressing one.",
                     "531 off",
                     "2930 1w2",
                     "2930 on",
                     "3080 Done.",
                     "3081 off"}));
}

TEST(Playback, counts_characters_and_not_bytes)
{
    Mouth mouth;
    mouth.say(0ms, "Grüße.", last);
    EXPECT_EQ(mouth.heard_until(2s), (Lines{"300 on", "460 Grüße.", "461 off"}));
}

TEST(Playback, stops_with_what_was_heard_when_the_session_ends)
{
    Mouth mouth;
    mouth.say(0ms, "One two three four.", last);
    mouth.playback.advance(mouth.at(385ms));
    mouth.playback.stop(mouth.at(385ms));
    EXPECT_EQ(mouth.heard_until(3s), (Lines{"300 on", "385 One two"}));
    EXPECT_FALSE(mouth.playback.next_due());
}

}  // namespace
}  // namespace phony::simulator
