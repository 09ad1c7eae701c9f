#include "metrics/recent_maximum.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace phony::metrics {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1000h};

TEST(RecentMaximum, is_nothing_before_anything_happened)
{
    EXPECT_EQ(RecentMaximum{}.value(start), 0);
    EXPECT_EQ(RecentMaximum{}.value(TimePoint{}), 0);
}

TEST(RecentMaximum, is_the_largest_of_the_last_minute)
{
    RecentMaximum slowest;
    slowest.observe(0.4, start);
    slowest.observe(2.5, start + 5s);
    slowest.observe(0.3, start + 20s);
    EXPECT_EQ(slowest.value(start + 20s), 2.5);
    EXPECT_EQ(slowest.value(start + 49s), 2.5);
    EXPECT_EQ(slowest.value(start + 71s), 0.3);
    EXPECT_EQ(slowest.value(start + 10min), 0);
}

TEST(RecentMaximum, begins_anew_where_an_old_maximum_stood)
{
    RecentMaximum slowest;
    slowest.observe(9, start);
    slowest.observe(1, start + 60s);
    EXPECT_EQ(slowest.value(start + 60s), 1);
}

}  // namespace
}  // namespace phony::metrics
