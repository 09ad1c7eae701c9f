#include <phony/call/turn_clock.hpp>

#include <chrono>

#include <gtest/gtest.h>

namespace phony::call {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = TimePoint{} + 1h;

TEST(TurnClock, measures_each_stage_from_where_the_reference_says)
{
    TurnClock clock{7, start};
    clock.request_written(start + 2ms);
    clock.response_started(start + 102ms);
    clock.first_token(start + 302ms);
    clock.first_frame(start + 303ms);
    clock.agent_speaking(start + 650ms);
    clock.reply_complete(start + 900ms);
    clock.playback_ended(start + 4s);

    const Latency latency = clock.latency();
    EXPECT_EQ(latency.turn, 7U);
    EXPECT_EQ(latency.transcript_to_gpt_ms, 2.0);
    EXPECT_EQ(latency.response_headers_ms, 100.0);
    EXPECT_EQ(latency.gpt_first_token_ms, 300.0);
    EXPECT_EQ(latency.first_frame_ms, 303.0);
    EXPECT_EQ(latency.agent_speaking_ms, 650.0);
    EXPECT_EQ(latency.first_audio_playback_ms, 650.0);
    EXPECT_EQ(latency.reply_complete_ms, 900.0);
    EXPECT_EQ(latency.playback_ended_ms, 4000.0);
    EXPECT_FALSE(latency.interrupted);
    EXPECT_FALSE(latency.failed);
}

TEST(TurnClock, leaves_out_what_the_turn_did_not_reach)
{
    const Latency latency = TurnClock{1, start}.latency();
    EXPECT_FALSE(latency.transcript_to_gpt_ms);
    EXPECT_FALSE(latency.response_headers_ms);
    EXPECT_FALSE(latency.gpt_first_token_ms);
    EXPECT_FALSE(latency.first_frame_ms);
    EXPECT_FALSE(latency.agent_speaking_ms);
    EXPECT_FALSE(latency.first_audio_playback_ms);
    EXPECT_FALSE(latency.reply_complete_ms);
    EXPECT_FALSE(latency.playback_ended_ms);
}

TEST(TurnClock, takes_the_frame_for_the_first_audio_when_the_relay_does_not_tell)
{
    TurnClock clock{1, start};
    clock.first_frame(start + 300ms);
    EXPECT_EQ(clock.latency().first_audio_playback_ms, 300.0);
}

TEST(TurnClock, does_not_forget_the_wait_when_the_model_is_asked_again)
{
    TurnClock clock{1, start};
    clock.request_written(start + 2ms);
    clock.request_written(start + 4s);
    clock.first_token(start + 5s);
    EXPECT_EQ(clock.latency().transcript_to_gpt_ms, 2.0);
    EXPECT_EQ(clock.latency().gpt_first_token_ms, 4998.0);
}

TEST(TurnClock, knows_the_newest_request_that_was_answered)
{
    TurnClock clock{1, start};
    EXPECT_EQ(clock.latency().request_id, "");
    clock.answered("req_1");
    clock.answered("req_2");
    clock.answered("");  // a connection that was refused
    EXPECT_EQ(clock.latency().request_id, "req_2");
}

TEST(TurnClock, says_how_the_turn_went)
{
    TurnClock clock{1, start};
    clock.reply_complete(start);
    clock.interrupted();
    clock.failed();
    EXPECT_TRUE(clock.latency().interrupted);
    EXPECT_TRUE(clock.latency().failed);
}

}  // namespace
}  // namespace phony::call
