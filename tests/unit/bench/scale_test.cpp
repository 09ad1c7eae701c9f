#include "load/report/scale.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace phony::bench {
namespace {

using testing::ElementsAre;

TEST(Scale, a_linear_one_ends_at_a_round_value)
{
    const Scale scale = Scale::from_zero(87, 300, 100);
    EXPECT_THAT(scale.ticks(), ElementsAre(0, 20, 40, 60, 80, 100));
    EXPECT_DOUBLE_EQ(scale.at(0), 300);
    EXPECT_DOUBLE_EQ(scale.at(50), 200);
    EXPECT_DOUBLE_EQ(scale.at(100), 100);
}

TEST(Scale, bytes_are_round_in_1024s)
{
    const Scale scale = Scale::from_zero(35'000, 0, 1, 1024);
    EXPECT_THAT(scale.ticks(), ElementsAre(0, 10 * 1024, 20 * 1024, 30 * 1024, 40 * 1024));
}

TEST(Scale, a_logarithmic_one_gives_each_decade_the_same_room)
{
    const Scale scale = Scale::around(12, 9'000, 0, 300);
    EXPECT_THAT(scale.ticks(), ElementsAre(10, 100, 1'000, 10'000));
    EXPECT_NEAR(scale.at(100), 100, 1e-9);
    EXPECT_NEAR(scale.at(1'000), 200, 1e-9);
}

TEST(Scale, few_decades_have_ticks_in_between)
{
    EXPECT_THAT(Scale::around(60, 450, 0, 1).ticks(), ElementsAre(50, 100, 200, 500));
}

TEST(Scale, what_lies_outside_is_drawn_at_the_end)
{
    const Scale scale = Scale::around(10, 1'000, 0, 200);
    EXPECT_DOUBLE_EQ(scale.at(0), 0);
    EXPECT_DOUBLE_EQ(scale.at(1e9), 200);
}

TEST(Scale, nothing_and_a_single_value_can_be_drawn)
{
    EXPECT_EQ(Scale::from_zero(0, 0, 10).at(0), 0);
    const Scale single = Scale::around(100, 100, 0, 10);
    EXPECT_EQ(single.at(100), 0);
    EXPECT_FALSE(single.ticks().empty());
}

}  // namespace
}  // namespace phony::bench
