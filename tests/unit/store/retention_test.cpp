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
constexpr WallTime due = today - keep;
constexpr Span full{due, today};  // as old as it may be
constexpr Span young{today - 24h, today};

TEST(Retention, removes_what_is_older_as_time_goes_by)
{
    Retention retention{keep};
    EXPECT_EQ(retention.until(full, today, start), due);
    for (auto passed = 10min; passed < 240min; passed += 10min)
        EXPECT_EQ(retention.until(full, today + passed, start + passed), due + passed);
}

TEST(Retention, follows_a_clock_that_is_set_only_slowly)
{
    for (const auto ahead : {days{1}, days{365}, days{36'500}}) {
        for (const Span history : {full, young}) {
            Retention retention{keep};
            retention.until(history, today, start);
            const auto ten_minutes_later = today + 10min + ahead;
            EXPECT_LE(retention.until(history, ten_minutes_later, start + 10min), due + 4h);
            EXPECT_LE(retention.until(history, ten_minutes_later, start + 10min), due + 4h)
                << "not even when it looks again";
            EXPECT_EQ(retention.until(history, today + 20min, start + 20min), due + 20min);
        }
    }
}

TEST(Retention, of_a_clock_that_was_wrong_from_the_start_takes_the_oldest_day_an_hour)
{
    Retention retention{keep};
    const WallTime wrong = today + days{365};
    EXPECT_LE(retention.until(young, wrong, start), young.oldest);
    EXPECT_LE(retention.until(young, wrong + 1h, start + 1h), young.oldest + days{1});
    EXPECT_EQ(retention.until(young, today + 2h, start + 2h), due + 2h);
}

TEST(Retention, makes_up_for_a_long_break_a_day_an_hour)
{
    Retention retention{keep};
    const WallTime back = today + days{180};
    retention.until(full, back, start);
    EXPECT_EQ(retention.until(full, back + 1h, start + 1h), due + days{1});
    // Where there is nothing, no time is lost.
    EXPECT_EQ(retention.until(young, back + 2h, start + 2h), young.oldest + days{1});
}

TEST(Retention, removes_nothing_by_a_clock_that_is_set_back_and_goes_on_when_it_is_right)
{
    for (const auto back : {WallTime{}, today - days{365}, today - days{1}}) {
        Retention retention{keep};
        retention.until(full, today, start);
        EXPECT_LT(retention.until(full, back, start + 10min), due);
        EXPECT_LE(retention.until(full, today + 20min, start + 20min), due + 20min);
        EXPECT_EQ(retention.until(full, today + 30min, start + 30min), due + 30min);
    }
}

TEST(Retention, does_not_begin_with_the_time_of_a_machine_without_a_clock)
{
    Retention retention{keep};
    EXPECT_LT(retention.until(full, WallTime{}, start), due);
    EXPECT_EQ(retention.until(full, today + 1h, start + 1h), due + 1h);
}

TEST(Retention, is_not_held_up_by_a_call_that_was_dated_in_the_future)
{
    Retention retention{keep};
    const Span history{due, today + days{365}};
    retention.until(history, today, start);
    EXPECT_EQ(retention.until(history, today + 10min, start + 10min), due + 10min);
}

}  // namespace
}  // namespace phony::store
