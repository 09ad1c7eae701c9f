#include <phony/base/pace.hpp>

#include <chrono>

#include <gtest/gtest.h>

namespace phony {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = TimePoint{} + 1h;

TEST(Pace, lets_those_who_come_together_go_one_after_the_other)
{
    Pace pace{2, 1s};
    for (const Duration wait : {0ms, 500ms, 1000ms}) {
        const auto turn = pace.take(start);
        EXPECT_TRUE(turn.granted);
        EXPECT_EQ(turn.wait, wait);
    }
}

TEST(Pace, sends_away_whoever_would_stand_in_line_for_too_long)
{
    Pace pace{1, 1s};
    EXPECT_TRUE(pace.take(start).granted);
    EXPECT_TRUE(pace.take(start).granted);
    const auto refused = pace.take(start);
    EXPECT_FALSE(refused.granted);
    EXPECT_EQ(refused.wait, 1s);
    EXPECT_FALSE(pace.take(start + 900ms).granted) << "who was sent away has no turn";
    const auto later = pace.take(start + 1s);
    EXPECT_TRUE(later.granted);
    EXPECT_EQ(later.wait, 1s);
}

TEST(Pace, saves_nothing_up)
{
    Pace pace{1, 0s};
    EXPECT_TRUE(pace.take(start).granted);
    EXPECT_TRUE(pace.take(start + 1h).granted);
    EXPECT_FALSE(pace.take(start + 1h).granted);
}

TEST(Pace, of_zero_lets_everyone_pass)
{
    Pace pace{0, 0s};
    for (int i = 0; i < 1000; ++i) {
        const auto turn = pace.take(start);
        EXPECT_TRUE(turn.granted);
        EXPECT_EQ(turn.wait, 0s);
    }
}

}  // namespace
}  // namespace phony
