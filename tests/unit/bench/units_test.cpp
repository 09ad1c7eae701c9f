#include "load/report/units.hpp"

#include <gtest/gtest.h>

namespace phony::bench {
namespace {

TEST(Units, three_digits_are_enough)
{
    EXPECT_EQ(show(0.1234, Unit::microseconds), "0.12 µs");
    EXPECT_EQ(show(41.23, Unit::microseconds), "41.2 µs");
    EXPECT_EQ(show(812.4, Unit::microseconds), "812 µs");
    EXPECT_EQ(show(1850, Unit::microseconds), "1.85 ms");
    EXPECT_EQ(show(2.5e6, Unit::microseconds), "2.50 s");
    EXPECT_EQ(show(0, Unit::microseconds), "0 µs");
}

TEST(Units, what_rounds_up_to_a_thousand_is_one_of_the_next)
{
    EXPECT_EQ(show(999.4, Unit::microseconds), "999 µs");
    EXPECT_EQ(show(999.7, Unit::microseconds), "1.00 ms");
}

TEST(Units, a_kilobyte_has_1024_bytes)
{
    EXPECT_EQ(show(512, Unit::bytes), "512 B");
    EXPECT_EQ(show(32 * 1024, Unit::bytes), "32.0 KB");
    EXPECT_EQ(show_tick(20 * 1024, Unit::bytes), "20 KB");
}

TEST(Units, counts_have_commas)
{
    EXPECT_EQ(show_count(1), "1");
    EXPECT_EQ(show_count(999), "999");
    EXPECT_EQ(show_count(10'000), "10,000");
    EXPECT_EQ(show_count(1'234'567), "1,234,567");
    EXPECT_EQ(show_count(-1'000), "-1,000");
}

TEST(Units, ratios_below_one_keep_their_third_digit)
{
    EXPECT_EQ(show_ratio(1.2345), "1.23 ×");
    EXPECT_EQ(show_ratio(14.2), "14.2 ×");
    EXPECT_EQ(show_ratio(0.0671), "0.067 ×");
}

TEST(Units, a_change_has_a_sign_unless_it_is_none)
{
    EXPECT_EQ(show_change(0.031), "+3.1 %");
    EXPECT_EQ(show_change(-0.031), "−3.1 %");
    EXPECT_EQ(show_change(-0.0001), "0.0 %");
}

}  // namespace
}  // namespace phony::bench
