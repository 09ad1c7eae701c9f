#include "app/clock_watch.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace phony::app {
namespace {

using namespace std::chrono_literals;

constexpr WallTime wall{1'767'225'600s};
constexpr TimePoint now{3h};

TEST(ClockWatch, tells_once_how_far_the_clock_was_set)
{
    ClockWatch watch{wall, now};
    EXPECT_EQ(watch.look(wall + 1s, now + 1s), std::nullopt);
    EXPECT_EQ(watch.look(wall + 24h + 2s, now + 2s), 24h);
    EXPECT_EQ(watch.look(wall + 24h + 3s, now + 3s), std::nullopt);
    EXPECT_EQ(watch.look(wall + 4s, now + 4s), -24h);
}

TEST(ClockWatch, has_nothing_to_say_of_clocks_that_are_read_one_after_the_other)
{
    ClockWatch watch{wall, now};
    for (int i = 1; i < 100; ++i)
        EXPECT_EQ(watch.look(wall + i * 1s + (i % 2) * 900ms, now + i * 1s), std::nullopt) << i;
}

}  // namespace
}  // namespace phony::app
