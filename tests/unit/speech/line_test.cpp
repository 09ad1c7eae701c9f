#include <phony/speech/line.hpp>

#include <chrono>
#include <cstddef>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace phony::speech {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A line with a clock, and a synthesiser that gives every clause as many seconds as it is told.
class LineTest : public testing::Test {
protected:
    void says(call::Turn turn, std::string text, bool last = true)
    {
        line.say(call::Speak{turn, std::move(text), last, turn != 0}, now);
        run();
    }
    void presses(std::string digits, bool at_once = false)
    {
        line.say(call::PressKeys{std::move(digits), at_once}, now);
        run();
    }
    /// The next clause becomes audio of so many milliseconds.
    std::string synthesise(std::size_t milliseconds)
    {
        const auto clause = line.next_clause();
        if (!clause) return {};
        line.add_audio(clause->id, std::string(milliseconds * 8, '\x7E'), now);
        line.end_audio(clause->id, now);
        run();
        return clause->text;
    }
    /// Lets time go by, from deadline to deadline.
    void wait(Duration duration)
    {
        const TimePoint end = now + duration;
        for (auto due = line.deadline(); due && *due <= end; due = line.deadline()) {
            ASSERT_LT(++steps, 100'000) << "a deadline that advance() does not serve";
            now = std::max(now, *due);
            run();
        }
        now = end;
        run();
    }
    void run()
    {
        line.advance(now);
        take();
    }
    void take()
    {
        for (Effect& effect : line.take_effects()) note(effect);
    }

    void note(const Effect& effect)
    {
        if (const auto* media = std::get_if<Media>(&effect)) {
            sent += media->audio.size();
            largest_frame = std::max(largest_frame, media->audio.size());
            return;
        }
        if (std::holds_alternative<Clear>(effect)) log.push_back("clear");
        if (const auto* digit = std::get_if<Digit>(&effect))
            log.push_back(std::string{"key "} + digit->key);
        if (const auto* part = std::get_if<Part>(&effect))
            log.push_back(std::holds_alternative<call::HangUpCall>(part->how) ? "hang up"
                                                                              : "transfer");
        if (const auto* reported = std::get_if<Report>(&effect)) note(reported->input);
    }
    void note(const call::Input& input)
    {
        if (const auto* played = std::get_if<call::Played>(&input))
            log.push_back("played " + played->text);
        if (const auto* speaking = std::get_if<call::AgentSpeaking>(&input))
            log.push_back(speaking->on ? "on" : "off");
        if (const auto* written = std::get_if<call::SpeechWritten>(&input))
            log.push_back("written " + std::to_string(written->turn));
        if (const auto* failed = std::get_if<call::SpeechFailed>(&input))
            log.push_back("failed " + failed->text + ": " + failed->detail);
    }
    std::vector<std::string> happened() { return std::exchange(log, {}); }
    std::size_t sent_ms() { return std::exchange(sent, 0) / 8; }

    Line line{{.lead = 200ms}};
    TimePoint now{1h};
    std::vector<std::string> log;
    std::size_t sent = 0;
    std::size_t largest_frame = 0;
    int steps = 0;
};

TEST_F(LineTest, sends_audio_a_little_ahead_of_the_clock)
{
    says(1, "We open at nine.");
    EXPECT_EQ(synthesise(1000), "We open at nine.");
    EXPECT_EQ(sent_ms(), 200U);
    EXPECT_EQ(largest_frame, Line::frame_bytes);
    wait(99ms);
    EXPECT_EQ(sent_ms(), 0U);
    wait(1ms);
    EXPECT_EQ(sent_ms(), 100U) << "half of the lead is gone";
    wait(700ms);
    EXPECT_EQ(sent_ms(), 700U);
    wait(199ms);
    EXPECT_THAT(happened(), ElementsAre("written 1", "on"));
    wait(1ms);
    EXPECT_THAT(happened(), ElementsAre("played We open at nine.", "off"));
    EXPECT_EQ(line.deadline(), std::nullopt);
    EXPECT_EQ(line.underruns(), 0U);
}

TEST_F(LineTest, synthesises_the_next_clause_while_one_is_played)
{
    says(1, "Sure! We have three plans for you, ", false);
    EXPECT_EQ(synthesise(500), "Sure!");
    EXPECT_EQ(line.next_clause(), std::nullopt) << "later clauses are longer";
    says(1, "and each is good.");
    EXPECT_EQ(synthesise(1000), "We have three plans for you, and each is good.");
    wait(500ms);
    EXPECT_THAT(happened(), ElementsAre("written 1", "on", "played Sure!"));
    wait(1s);
    EXPECT_THAT(happened(),
                ElementsAre("played We have three plans for you, and each is good.", "off"));
    EXPECT_EQ(sent_ms(), 1500U);
    EXPECT_EQ(line.underruns(), 0U);
}

TEST_F(LineTest, does_not_synthesise_what_is_far_ahead)
{
    for (int sentence = 0; sentence < 4; ++sentence)
        says(1, "This is a sentence of more than thirty characters. ", sentence == 3);
    EXPECT_NE(synthesise(8000), "");
    EXPECT_NE(synthesise(8000), "");
    EXPECT_EQ(line.next_clause(), std::nullopt);
    wait(5s);
    EXPECT_NE(synthesise(8000), "");
}

TEST_F(LineTest, counts_frames_that_are_sent_too_late)
{
    says(1, "One two three.");
    synthesise(1000);
    now += 300ms;  // a machine that is busy with something else
    run();
    wait(2s);
    EXPECT_EQ(line.underruns(), 1U);
    EXPECT_EQ(sent_ms(), 1000U);
}

TEST_F(LineTest, does_not_count_the_wait_for_audio_that_is_not_there)
{
    says(1, "One moment, please. And so on, and so on, and on.");
    synthesise(300);
    wait(1s);
    synthesise(300);
    wait(1s);
    EXPECT_EQ(line.underruns(), 0U);
    EXPECT_EQ(sent_ms(), 600U);
}

TEST_F(LineTest, falls_silent_when_the_caller_speaks)
{
    says(1, "Sure. One two three four five six seven eight nine ten and more. ", false);
    synthesise(500);
    synthesise(4000);
    wait(2500ms);
    EXPECT_THAT(happened(), ElementsAre("written 1", "on", "played Sure."));
    const auto interrupted = line.barge_in(now);
    ASSERT_TRUE(interrupted);
    EXPECT_EQ(interrupted->heard, "One two three four five six");
    take();
    EXPECT_THAT(happened(), ElementsAre("clear"));
    sent_ms();
    wait(10s);
    EXPECT_EQ(sent_ms(), 0U) << "nothing is sent after the clear";
    EXPECT_THAT(happened(), IsEmpty());
    EXPECT_EQ(line.barge_in(now), std::nullopt);
}

TEST_F(LineTest, is_not_interrupted_while_it_is_silent)
{
    EXPECT_EQ(line.barge_in(now), std::nullopt);
    says(1, "We open at nine.");
    EXPECT_EQ(line.barge_in(now), std::nullopt) << "not synthesised yet";
    synthesise(500);
    wait(500ms);
    EXPECT_EQ(line.barge_in(now), std::nullopt) << "heard to its end";
}

TEST_F(LineTest, goes_on_with_newer_speech_after_an_older_one_was_interrupted)
{
    says(0, "A supervisor speaks.");
    says(1, "The reply.");
    synthesise(1000);
    synthesise(500);
    wait(900ms);  // of the reply some is on its way already
    EXPECT_THAT(happened(), ElementsAre("on", "written 1", "on"));
    ASSERT_TRUE(line.barge_in(now));
    run();
    EXPECT_THAT(happened(), ElementsAre("clear", "on"));
    sent_ms();
    wait(1s);
    EXPECT_EQ(sent_ms(), 300U) << "the rest of the reply, of which 200 ms were sent again at once";
    EXPECT_THAT(happened(), ElementsAre("played The reply.", "off"));
}

TEST_F(LineTest, makes_room_for_newer_speech)
{
    says(1, "One two three four five six seven eight nine ten.");
    synthesise(4000);
    wait(2s);
    happened();
    line.say(call::MakeRoom{}, now);
    take();
    EXPECT_THAT(happened(), ElementsAre("played One two three four five", "clear"));
    says(2, "Instead.");
    synthesise(300);
    wait(300ms);
    EXPECT_THAT(happened(), ElementsAre("written 2", "on", "played Instead.", "off"));
}

TEST_F(LineTest, does_not_replace_what_a_supervisor_says)
{
    says(0, "A supervisor speaks.");
    synthesise(1000);
    wait(500ms);
    happened();
    sent_ms();
    line.say(call::MakeRoom{}, now);
    says(1, "The reply.");
    synthesise(500);
    wait(2s);
    EXPECT_THAT(
        happened(),
        ElementsAre("written 1", "on", "played A supervisor speaks.", "played The reply.", "off"));
}

TEST_F(LineTest, plays_a_clause_of_a_cut_reply_to_its_end_and_nothing_more)
{
    says(1, "Sure! We have three plans for you, and each is good. ", false);
    synthesise(500);
    const auto second = line.next_clause();
    ASSERT_TRUE(second);
    line.cut(1);
    EXPECT_FALSE(line.wants(second->id));
    line.add_audio(second->id, "late", now);
    line.end_audio(second->id, now);
    wait(2s);
    EXPECT_THAT(happened(), ElementsAre("written 1", "on", "played Sure!", "off"));
    EXPECT_EQ(sent_ms(), 500U);
}

TEST_F(LineTest, presses_keys_when_the_speech_before_them_was_played)
{
    says(1, "I press one.", false);
    presses("1w2");
    says(1, "Done.");
    synthesise(1000);
    synthesise(200);
    wait(999ms);
    EXPECT_THAT(happened(), ElementsAre("written 1", "on"));
    wait(1ms);
    EXPECT_THAT(happened(), ElementsAre("played I press one.", "key 1"));
    wait(700ms);
    EXPECT_THAT(happened(), ElementsAre("key 2"));
    wait(1s);
    EXPECT_THAT(happened(), ElementsAre("played 1w2", "played Done.", "off"));
}

TEST_F(LineTest, presses_a_supervisors_key_at_once)
{
    says(1, "One two three.");
    synthesise(1000);
    presses("5", true);
    EXPECT_THAT(happened(), ElementsAre("written 1", "on", "key 5"));
    wait(1s);
    EXPECT_THAT(happened(), ElementsAre("played One two three.", "played 5", "off"));
}

TEST_F(LineTest, ends_the_call_at_once)
{
    says(1, "One two three.");
    synthesise(1000);
    happened();
    line.say(call::HangUpCall{}, now);
    take();
    EXPECT_THAT(happened(), ElementsAre("clear", "hang up"));
    wait(5s);
    EXPECT_THAT(happened(), IsEmpty());
}

TEST_F(LineTest, goes_on_when_a_clause_cannot_be_synthesised)
{
    says(1, "Sure! We have three plans for you, and each is good.");
    const auto first = line.next_clause();
    ASSERT_TRUE(first);
    EXPECT_TRUE(line.take_back_audio(first->id));
    line.fail(first->id, "HTTP 500", now);
    run();
    EXPECT_THAT(happened(), ElementsAre("failed Sure!: HTTP 500", "played Sure!"));
    synthesise(500);
    wait(500ms);
    EXPECT_THAT(happened(), testing::Contains("off"));
}

TEST_F(LineTest, does_not_take_back_what_was_sent)
{
    says(1, "Sure!");
    const auto clause = line.next_clause();
    ASSERT_TRUE(clause);
    line.add_audio(clause->id, std::string(100, 'a'), now);
    run();
    EXPECT_EQ(sent, 0U) << "less than a frame";
    EXPECT_TRUE(line.take_back_audio(clause->id));
    line.add_audio(clause->id, std::string(320, 'a'), now);
    run();
    EXPECT_EQ(sent, 320U);
    EXPECT_FALSE(line.take_back_audio(clause->id));
}

}  // namespace
}  // namespace phony::speech
