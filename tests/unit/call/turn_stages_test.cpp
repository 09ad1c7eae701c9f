#include <phony/call/turn_stages.hpp>

#include <phony/call/turn_clock.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace phony::call {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr TimePoint start = TimePoint{} + 1h;

void note(TurnClock& clock, Milestone milestone, TimePoint at)
{
    switch (milestone) {
    case Milestone::request_written: return clock.request_written(at);
    case Milestone::response_headers: return clock.response_started(at);
    case Milestone::first_token: return clock.first_token(at);
    case Milestone::first_frame: return clock.first_frame(at);
    case Milestone::agent_speaking: return clock.agent_speaking(at);
    case Milestone::reply_complete: return clock.reply_complete(at);
    case Milestone::playback_ended: return clock.playback_ended(at);
    }
}

std::vector<TurnStage> list(const TurnStages& stages)
{
    return {stages.begin(), stages.end()};
}

/// As they are written: whole microseconds.
long microseconds(double milliseconds)
{
    return std::lround(milliseconds * 1000);
}

TEST(TurnStages, follow_each_other_from_the_transcript_to_the_end_of_playback)
{
    TurnClock clock{1, start};
    clock.request_written(start + 214us);
    clock.response_started(start + 100ms);
    clock.first_token(start + 300ms);
    clock.first_frame(start + 300500us);
    clock.agent_speaking(start + 700ms);
    clock.reply_complete(start + 1200ms);
    clock.playback_ended(start + 4s);

    const auto stages = stages_of(clock.latency());
    EXPECT_THAT(list(stages),
                ElementsAre(TurnStage{Milestone::request_written, 0.214},
                            TurnStage{Milestone::response_headers, 99.786},
                            TurnStage{Milestone::first_token, 200},
                            TurnStage{Milestone::first_frame, 0.5},
                            TurnStage{Milestone::agent_speaking, 399.5},
                            TurnStage{Milestone::reply_complete, 500},
                            TurnStage{Milestone::playback_ended, 2800}));
    EXPECT_EQ(stages.total_ms(), 4000);
}

TEST(TurnStages, stand_in_the_order_of_time)
{
    TurnClock clock{1, start};
    clock.request_written(start + 1ms);
    clock.reply_complete(start + 300ms);  // a short reply is complete before it is heard
    clock.first_frame(start + 301ms);
    clock.agent_speaking(start + 650ms);
    const auto stages = stages_of(clock.latency());
    EXPECT_THAT(list(stages),
                ElementsAre(TurnStage{Milestone::request_written, 1},
                            TurnStage{Milestone::reply_complete, 299},
                            TurnStage{Milestone::first_frame, 1},
                            TurnStage{Milestone::agent_speaking, 349}));
    EXPECT_EQ(stages.total_ms(), 650);
}

TEST(TurnStages, of_one_moment_keep_the_usual_order)
{
    const auto stages =
        stages_of({.first_frame_ms = 5, .agent_speaking_ms = 5, .reply_complete_ms = 5});
    EXPECT_THAT(list(stages),
                ElementsAre(TurnStage{Milestone::first_frame, 5},
                            TurnStage{Milestone::agent_speaking, 0},
                            TurnStage{Milestone::reply_complete, 0}));
}

TEST(TurnStages, leave_out_what_the_turn_did_not_reach)
{
    EXPECT_TRUE(stages_of({}).empty());
    EXPECT_EQ(stages_of({}).total_ms(), 0);
    EXPECT_TRUE(stages_of({.gpt_first_token_ms = 5}).empty()) << "five since when?";
    EXPECT_THAT(list(stages_of({.transcript_to_gpt_ms = 2})),
                ElementsAre(TurnStage{Milestone::request_written, 2}));
}

TEST(TurnStages, sum_to_the_total_to_the_microsecond_whatever_the_order)
{
    auto order = all_milestones;
    do {
        // Moments whose rounding errors would add up if each stage were rounded by itself.
        TurnClock clock{1, start};
        auto now = start;
        for (std::size_t i = 0; i < order.size(); ++i) {
            now += 333'333'400ns + i * 1'000'100ns;
            note(clock, order[i], now);
        }
        const auto stages = stages_of(clock.latency());
        ASSERT_EQ(stages.size(), order.size());
        long sum = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            ASSERT_EQ(stages.begin()[i].milestone, order[i]);
            ASSERT_GE(stages.begin()[i].milliseconds, 0);
            sum += microseconds(stages.begin()[i].milliseconds);
        }
        ASSERT_EQ(sum, microseconds(stages.total_ms()));
        ASSERT_EQ(sum, microseconds(milliseconds(now - start)));
    } while (std::ranges::next_permutation(order).found);
}

TEST(TurnStages, sum_to_the_total_whichever_milestones_are_missing)
{
    for (unsigned missing = 0; missing < 1U << all_milestones.size(); ++missing) {
        TurnClock clock{1, start};
        auto now = start;
        for (const Milestone milestone : all_milestones) {
            now += 1'234'567ns;
            if ((missing >> static_cast<unsigned>(milestone) & 1U) == 0)
                note(clock, milestone, now);
        }
        const auto stages = stages_of(clock.latency());
        long sum = 0;
        for (const TurnStage& stage : stages) sum += microseconds(stage.milliseconds);
        ASSERT_EQ(sum, microseconds(stages.total_ms())) << missing;
    }
}

TEST(TurnStages, are_never_negative_whatever_a_history_may_hold)
{
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    const auto stages = stages_of({.transcript_to_gpt_ms = 3,
                                   .response_headers_ms = -10,
                                   .first_frame_ms = nothing,
                                   .agent_speaking_ms = 7});
    EXPECT_THAT(list(stages),
                ElementsAre(TurnStage{Milestone::response_headers, 0},
                            TurnStage{Milestone::first_frame, 0},
                            TurnStage{Milestone::request_written, 3},
                            TurnStage{Milestone::agent_speaking, 4}));
}

}  // namespace
}  // namespace phony::call
