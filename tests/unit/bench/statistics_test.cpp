#include "load/report/statistics.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <vector>

namespace phony::bench {
namespace {

std::vector<double> one_to(int last)
{
    std::vector<double> values(static_cast<std::size_t>(last));
    std::iota(values.begin(), values.end(), 1.0);
    return values;
}

TEST(Statistics, a_quantile_is_a_sample_that_the_share_does_not_exceed)
{
    const std::vector<double> values = one_to(1000);
    EXPECT_EQ(quantile(values, 0.5), 500);
    EXPECT_EQ(quantile(values, 0.9), 900);
    EXPECT_EQ(quantile(values, 0.99), 990);
    EXPECT_EQ(quantile(values, 0.999), 999);
    EXPECT_EQ(quantile(values, 1), 1000);
    EXPECT_EQ(quantile(values, 0), 1);
}

TEST(Statistics, a_high_quantile_of_few_samples_is_the_largest)
{
    EXPECT_EQ(quantile(one_to(10), 0.99), 10);
    EXPECT_EQ(quantile(one_to(10), 0.9), 9);
    EXPECT_EQ(quantile(one_to(1), 0.5), 1);
}

TEST(Statistics, a_median_of_an_even_number_lies_between_the_middle_two)
{
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
    EXPECT_EQ(median({7}), 7);
}

TEST(Statistics, an_interval_of_few_values_is_their_range)
{
    EXPECT_EQ(bootstrap_median(std::vector<double>{5, 3, 4}), (Interval{.low = 3, .high = 5}));
    EXPECT_EQ(bootstrap_median(std::vector<double>{5}), (Interval{.low = 5, .high = 5}));
}

TEST(Statistics, the_same_values_give_the_same_interval)
{
    const std::vector<double> values = one_to(31);
    EXPECT_EQ(bootstrap_median(values), bootstrap_median(values));
}

TEST(Statistics, the_interval_of_a_median_holds_the_true_one_nineteen_times_in_twenty)
{
    std::mt19937_64 random{5};
    std::lognormal_distribution<double> noise{std::log(100.0), 0.2};
    int held = 0;
    for (int experiment = 0; experiment < 200; ++experiment) {
        std::vector<double> values(15);
        for (double& value : values) value = noise(random);
        held += static_cast<int>(bootstrap_median(values).contains(100));
    }
    EXPECT_GE(held, 178);  // of 190, by chance
}

TEST(Statistics, the_spread_is_half_the_interval_as_a_share)
{
    const Estimate estimate{.value = 100, .interval = {.low = 97, .high = 103}, .count = 9};
    EXPECT_DOUBLE_EQ(estimate.spread(), 0.03);
}

}  // namespace
}  // namespace phony::bench
