#include "store/retention.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace phony::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr WallTime today{1'767'225'600s};
constexpr TimePoint start{3h};
constexpr days keep{90};

TEST(Retention, removes_what_is_older_as_time_goes_by)
{
    Retention retention{keep};
    const WallTime oldest = today - keep;
    EXPECT_EQ(retention.until(oldest, today, start), oldest);
    EXPECT_EQ(retention.until(oldest, today + 10min, start + 10min), oldest + 10min);
    EXPECT_EQ(retention.until(oldest, today + 20min, start + 20min), oldest + 20min);
    EXPECT_EQ(retention.until(today, today + 30min, start + 30min), today - keep + 30min);
}

TEST(Retention, of_a_clock_that_is_wrong_for_a_while_takes_little)
{
    for (const auto ahead : {days{1}, days{365}, days{36'500}}) {
        Retention retention{keep};
        const WallTime oldest = today - keep;
        retention.until(oldest, today, start);
        EXPECT_LE(retention.until(oldest, today + ahead, start + 10min), oldest + 4h);
        EXPECT_LE(retention.until(oldest, today + ahead, start + 10min), oldest + 4h)
            << "not even when it looks again";
        EXPECT_EQ(retention.until(oldest, today + 20min, start + 20min), oldest + 20min);
    }
}

TEST(Retention, believes_no_clock_on_its_first_look)
{
    Retention retention{keep};
    EXPECT_EQ(retention.until(today - keep, today + days{365}, start), today - keep);
}

TEST(Retention, makes_up_for_a_long_break_a_day_an_hour)
{
    Retention retention{keep};
    const WallTime back = today + days{180};
    retention.until(today - keep, back, start);
    EXPECT_EQ(retention.until(today - keep, back + 1h, start + 1h), today - keep + days{1});
    // Where there is nothing, no time is lost.
    EXPECT_EQ(retention.until(today, back + 2h, start + 2h), today + days{1});
}

TEST(Retention, removes_nothing_by_a_clock_that_was_set_back)
{
    Retention retention{keep};
    const WallTime oldest = today - keep;
    retention.until(oldest, today, start);
    EXPECT_LT(retention.until(oldest, today - days{1}, start + 10min), oldest);
    EXPECT_LT(retention.until(oldest, WallTime{}, start + 20min), oldest);
    EXPECT_LE(retention.until(oldest, today + 30min, start + 30min), oldest + 30min);
}

}  // namespace
}  // namespace phony::store
