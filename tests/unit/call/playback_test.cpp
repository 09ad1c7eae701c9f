#include <phony/call/playback.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony::call {
namespace {

using namespace std::chrono_literals;

using Heard = Playback::Heard;

constexpr std::string_view greeting = "This is the spike. Say something, or press a key.";
constexpr std::string_view clause =
    " the quick brown fox jumps over the lazy dog while the spike keeps talking so you can "
    "interrupt it.";
const std::string sentences = "Sentence 1 of twelve:" + std::string{clause} +
                              " Sentence 2 of twelve:" + std::string{clause} +
                              " Sentence 3 of twelve:" + std::string{clause};

/// Milliseconds since `setup`, as in the recordings.
TimePoint at(int ms)
{
    return TimePoint{} + 1h + std::chrono::milliseconds{ms};
}

/// Utterances 1, 2, 3 … as a conversation hands them over: complete, and replies preemptible.
struct Relay : Playback {
    std::vector<Heard> say(Id utterance, Turn turn, std::string_view text, int ms)
    {
        auto replaced = begin(utterance, turn, turn != 0, at(ms));
        append(text, at(ms));
        close();
        return replaced;
    }
    void on(int ms) { agent_speaking(true, at(ms)); }
    void off(int ms) { agent_speaking(false, at(ms)); }
    void plays(std::string_view text, int ms) { EXPECT_FALSE(played(text, at(ms))) << text; }
};

// ── the recorded calls ──

TEST(Playback, adds_the_fragment_to_the_clauses_played_when_the_caller_talks_over_a_reply)  // A
{
    Relay relay;
    relay.say(1, 0, greeting, 0);
    EXPECT_EQ(relay.agent_speaking(true, at(717)), 0U);
    relay.plays(greeting, 3279);
    relay.off(3280);

    EXPECT_TRUE(relay.say(2, 1, sentences, 5182).empty());
    EXPECT_EQ(relay.agent_speaking(true, at(5512)), 1U);
    relay.plays("Sentence 1 of twelve:", 6740);
    relay.plays(clause, 11279);
    EXPECT_TRUE(relay.heard_so_far(2, at(11279)).ends_with("so you can interrupt it"));
    EXPECT_FALSE(relay.is_over(1));

    relay.plays("Sentence 2 of", 11968);
    const auto heard = relay.interrupted("Sentence 2 of", at(11968));
    EXPECT_EQ(heard,
              (Heard{2, 1, "Sentence 1 of twelve:" + std::string{clause} + " Sentence 2 of"}));
    EXPECT_TRUE(relay.is_over(1));
    relay.off(11970);

    EXPECT_TRUE(relay.say(3, 2, "I heard you.", 14884).empty());
    EXPECT_EQ(relay.agent_speaking(true, at(15187)), 2U);
    relay.plays("I heard you.", 18958);
    EXPECT_TRUE(relay.is_over(2));
}

TEST(Playback, matches_an_interrupt_of_the_greeting_to_the_greeting)  // B
{
    Relay relay;
    relay.say(1, 0, greeting, 0);
    relay.on(245);
    relay.say(2, 1, "Key 9.", 266);
    relay.plays("This", 267);
    EXPECT_EQ(relay.interrupted("This", at(267)), (Heard{1, 0, "This"}));
    relay.off(269);
    EXPECT_FALSE(relay.is_over(1)) << "the silence is the greeting's";

    EXPECT_EQ(relay.agent_speaking(true, at(659)), 1U);
    relay.plays("Key 9.", 1321);
    relay.off(1321);
    EXPECT_TRUE(relay.is_over(1));
    EXPECT_EQ(relay.heard_so_far(2, at(1321)), "Key 9.");
}

TEST(Playback, reaches_a_mark_with_the_last_clause_and_not_before)  // C
{
    Relay relay;
    relay.say(1, 1, "I heard: Holding.", 6507);
    const auto mark = relay.mark();
    relay.on(6760);
    EXPECT_FALSE(relay.heard_up_to(mark));
    relay.plays("I heard:", 7387);
    EXPECT_FALSE(relay.heard_up_to(mark));
    relay.plays(" Holding.", 8214);
    EXPECT_TRUE(relay.heard_up_to(mark));
}

TEST(Playback, knows_what_was_heard_when_the_connection_breaks)  // D
{
    Relay relay;
    relay.say(1, 1, "I heard: Holding.", 6430);
    EXPECT_EQ(relay.heard_so_far(1, at(6780)), "") << "nothing is heard before it began";
    relay.on(6856);
    relay.plays("I heard:", 7502);
    EXPECT_EQ(relay.heard_so_far(1, at(7600)), "I heard");
    relay.plays(" Holding.", 8292);
    relay.off(8292);
    EXPECT_EQ(relay.heard_so_far(1, at(8721)), "I heard: Holding.");
}

TEST(Playback, takes_silence_for_the_end_of_speech_but_not_of_digits)  // E
{
    constexpr std::string_view first = "This is a short reply of about eight seconds, ";
    constexpr std::string_view rest =
        "so that digits queued behind it can still be heard by the gather on the caller leg before "
        "it times out.";
    Relay relay;
    relay.begin(1, 1, true, at(8016));
    relay.append(std::string{first}.append(rest), at(8016));
    relay.on(8385);
    relay.append_digits("1234#", at(9038));
    relay.close();
    const auto mark = relay.mark();

    relay.plays(first, 10641);
    relay.plays(rest, 15502);
    relay.off(15503);
    EXPECT_FALSE(relay.heard_up_to(mark));
    EXPECT_FALSE(relay.is_over(1));
    relay.plays("1234#", 17412);
    EXPECT_TRUE(relay.heard_up_to(mark));
    EXPECT_TRUE(relay.is_over(1));
}

TEST(Playback, does_not_take_a_silence_for_the_end_of_words_that_came_too_late_to_be_heard)
{
    Relay relay;
    relay.begin(1, 1, true, at(0));
    relay.append("One moment.", at(0));
    relay.on(300);
    relay.append(" Here it is.", at(1200));
    relay.plays("One moment.", 1210);
    relay.off(1211);
    EXPECT_EQ(relay.heard_so_far(1, at(1211)), "One moment");
    relay.close();
    EXPECT_FALSE(relay.is_over(1));

    relay.on(1500);
    relay.plays(" Here it is.", 2200);
    relay.off(2201);
    EXPECT_TRUE(relay.is_over(1));
}

TEST(Playback, learns_a_moment_later_what_was_heard_of_a_replaced_reply)  // F
{
    Relay relay;
    relay.say(1, 1, sentences, 5180);
    relay.on(5497);
    relay.plays("Sentence 1 of twelve:", 6723);

    const auto replaced = relay.say(2, 0, "Replacing the marked message.", 8198);
    ASSERT_EQ(replaced.size(), 1U);
    EXPECT_EQ(replaced.front(), (Heard{1, 1, "Sentence 1 of twelve: the quick brown fox jumps"}))
        << "an estimate";
    EXPECT_EQ(relay.played("the quick brown fox jumps over the", at(8296)),
              (Heard{1, 1, "Sentence 1 of twelve: the quick brown fox jumps over the"}));

    const auto mark = relay.mark();
    relay.plays("Replacing the marked message.", 10229);
    EXPECT_TRUE(relay.heard_up_to(mark));
}

TEST(Playback, lets_newer_speech_wait_behind_what_is_not_preemptible)  // F, without the mark
{
    Relay relay;
    relay.begin(1, 0, false, at(5283));
    relay.append("Sentence 1 of twelve:" + std::string{clause}, at(5283));
    relay.on(5756);
    relay.plays("Sentence 1 of twelve:", 6997);
    EXPECT_TRUE(relay.say(2, 1, "Preempting with a new message.", 8294).empty());
    EXPECT_EQ(relay.heard_so_far(2, at(11000)), "") << "it is not its turn yet";

    relay.plays(clause, 11631);
    relay.plays("Preempting with a new message.", 13172);
    relay.off(13173);
    EXPECT_TRUE(relay.is_over(1));
}

// ── beyond the recordings ──

TEST(Playback, does_not_take_an_interrupt_at_the_last_word_for_one_of_the_next_reply)
{
    Relay relay;
    relay.say(1, 0, "Welcome.", 0);
    relay.on(245);
    relay.say(2, 1, "Key 9.", 1000);
    relay.plays("Welcome.", 1001);
    EXPECT_EQ(relay.interrupted("Welcome.", at(1001)), std::nullopt);
    relay.off(1002);
    relay.on(1400);
    relay.plays("Key 9.", 2100);
    EXPECT_EQ(relay.heard_so_far(2, at(2100)), "Key 9.");
}

TEST(Playback, interrupts_the_reply_that_took_over_without_a_silence_between)
{
    Relay relay;
    relay.say(1, 1, sentences, 0);
    relay.on(300);
    relay.plays("Sentence 1 of twelve:", 1500);
    relay.say(2, 2, "Sure. What is it?", 2000);
    EXPECT_EQ(relay.interrupted("", at(2050)), (Heard{2, 2, ""}));
}

TEST(Playback, goes_by_reports_alone_when_an_interrupt_names_no_words)
{
    Relay relay;
    relay.say(1, 1, "One moment. I am looking it up.", 0);
    relay.on(300);
    relay.plays("One moment.", 900);
    EXPECT_EQ(relay.interrupted("", at(2000)), (Heard{1, 1, "One moment"}));
}

TEST(Playback, does_not_take_the_words_of_the_next_reply_for_a_late_report)
{
    Relay relay;
    relay.say(1, 1, "Hello there. How are you?", 0);
    relay.on(300);
    relay.plays("Hello", 500);
    relay.interrupted("Hello", at(500));
    relay.say(2, 2, "How are you?", 700);
    relay.on(1000);
    relay.plays("How are you?", 1700);
    EXPECT_TRUE(relay.is_over(2));
}

TEST(Playback, does_not_know_speech_that_begins_when_nothing_was_handed_over)
{
    Relay relay;
    relay.on(245);  // a greeting of which we were not told
    relay.say(1, 1, "This is key 9.", 266);
    relay.plays("This", 267);
    EXPECT_EQ(relay.interrupted("This", at(267)), std::nullopt);
    relay.off(269);
    EXPECT_FALSE(relay.is_over(1));
    EXPECT_EQ(relay.agent_speaking(true, at(659)), 1U);
}

TEST(Playback, replaces_a_reply_with_digits_in_it_as_one)
{
    Relay relay;
    relay.begin(1, 1, true, at(0));
    relay.append("Press one to go on.", at(0));
    relay.append_digits("1", at(0));
    relay.append(" And then wait.", at(0));
    const auto replaced = relay.say(2, 2, "Stop.", 1000);
    ASSERT_EQ(replaced.size(), 1U) << "digits are not replaced";
    EXPECT_EQ(replaced.front(), (Heard{1, 1, "Press one to"}));
}

TEST(Playback, finds_the_fragment_in_a_part_behind_digits)
{
    Relay relay;
    relay.begin(1, 1, true, at(0));
    relay.append("Press one.", at(0));
    relay.append_digits("1", at(0));
    relay.append(" Now wait here.", at(0));
    relay.on(300);
    relay.plays("Press one.", 900);
    relay.plays("1", 2900);
    relay.plays("Now wait", 3500);
    EXPECT_EQ(relay.interrupted("Now wait", at(3500)), (Heard{1, 1, "Press one. Now wait"}));
}

TEST(Playback, takes_what_stands_before_audible_speech_for_played)
{
    Relay relay;
    relay.append_digits("1", at(0));  // of which no report ever comes
    relay.say(1, 1, "Done.", 0);
    const auto mark = relay.mark();
    relay.on(2500);
    relay.plays("Done.", 3000);
    EXPECT_TRUE(relay.heard_up_to(mark));
}

TEST(Playback, cuts_at_the_fragment_nearest_to_the_clock_when_nothing_is_reported)
{
    Relay relay;
    relay.say(1, 1, "the fox runs. The fox sleeps. The fox wakes.", 0);
    EXPECT_EQ(relay.interrupted("the fox", at(1600)), (Heard{1, 1, "the fox runs. The fox"}));
}

TEST(Playback, cuts_by_the_clock_when_the_fragment_is_not_found)
{
    Relay relay;
    relay.say(1, 1, "We open at nine in the morning.", 0);
    EXPECT_EQ(relay.interrupted("something else", at(1350)), (Heard{1, 1, "We open at nine in"}));
}

TEST(Playback, stops_the_newest_utterance_when_nothing_is_reported)
{
    Relay relay;
    EXPECT_EQ(relay.interrupted("Hello", at(0)), std::nullopt);
    relay.say(1, 0, "Welcome.", 0);
    relay.say(2, 1, "Hello there.", 2000);
    EXPECT_EQ(relay.interrupted("Hello", at(2600)), (Heard{2, 1, "Hello"}));
}

TEST(Playback, estimates_the_end_behind_all_that_is_queued)
{
    Relay relay;
    EXPECT_LE(relay.estimated_end(relay.mark()), at(0)) << "nothing was handed over";
    relay.say(1, 0, std::string(19, 'a'), 0);
    EXPECT_EQ(relay.estimated_end(relay.mark()), at(1350));
    relay.say(2, 0, std::string(38, 'b'), 100);
    EXPECT_EQ(relay.estimated_end(relay.mark()), at(3350));
    relay.append_digits("12", at(200));
    EXPECT_EQ(relay.estimated_end(relay.mark()), at(3350 + 1900 + 500));
}

TEST(Playback, says_whether_the_end_of_a_mark_will_be_reported)
{
    Relay relay;
    relay.say(1, 1, "One.", 0);
    relay.append_digits("1", at(0));
    EXPECT_FALSE(relay.reports(relay.mark()));
    relay.on(300);
    EXPECT_TRUE(relay.reports(relay.mark())) << "silence will tell";
    relay.off(900);
    EXPECT_FALSE(relay.reports(relay.mark())) << "silence says nothing of digits";
    EXPECT_EQ(relay.estimated_end(relay.mark()), at(900 + 1900 + 250))
        << "which begin behind the speech";
    relay.plays("1", 2900);
    EXPECT_TRUE(relay.reports(relay.mark()));
}

TEST(Playback, remembers_little_of_a_long_call_whatever_the_relay_reports)
{
    Relay silent;
    Relay speaker_only;
    for (int i = 1; i <= 1'000; ++i) {
        for (Relay* relay : {&silent, &speaker_only}) {
            relay->say(static_cast<Playback::Id>(i), i % 2 == 0 ? 1U : 0U, "Hello.", i);
            relay->append_digits("1", at(i));
        }
        if (i % 3 == 0) speaker_only.on(i);
    }
    EXPECT_EQ(silent.heard_so_far(1, at(30'000)), "");
    EXPECT_EQ(speaker_only.heard_so_far(1, at(30'000)), "");
}

TEST(Playback, learns_nothing_from_a_report_without_words)
{
    Relay relay;
    relay.begin(1, 1, true, at(0));
    relay.append("...", at(0));
    relay.append_digits("1", at(0));
    relay.append(" Hello.", at(0));
    const auto mark = relay.mark();
    relay.plays("", 100);
    EXPECT_FALSE(relay.heard_up_to(mark));
    EXPECT_EQ(relay.heard_so_far(1, at(100)), "...") << "which nobody hears either way";
}

TEST(Playback, ends_what_was_heard_where_the_first_words_are_missing)
{
    Relay relay;
    relay.begin(1, 1, true, at(0));
    relay.append("Hello", at(0));
    relay.append_digits("1", at(0));
    relay.append("!", at(0));
    EXPECT_EQ(relay.heard_so_far(1, at(0)), "");
}

TEST(Playback, keeps_the_beginning_of_a_reply_with_many_digits_in_it)
{
    Relay relay;
    relay.begin(1, 1, true, at(0));
    relay.on(0);
    std::string said;
    for (int i = 0; i < 30; ++i) {
        relay.append("Next. ", at(i * 100));
        relay.append_digits("1", at(i * 100));
        relay.plays("Next.", i * 100);
        relay.plays("1", i * 100);
        said += "Next. ";
    }
    relay.append("Done", at(3000));
    const std::string heard = relay.heard_so_far(1, at(3000));
    EXPECT_EQ(heard, said);
}

}  // namespace
}  // namespace phony::call
