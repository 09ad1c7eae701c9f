#include "load/distribution.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <numeric>
#include <optional>
#include <vector>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

std::optional<Distribution> parsed(std::string_view text)
{
    const auto result = Distribution::parse(text);
    return result ? std::optional{*result} : std::nullopt;
}

/// In milliseconds, sorted.
std::vector<double> draws(std::string_view text)
{
    std::vector<double> values;
    const auto distribution = parsed(text);
    if (!distribution) return values;
    simulator::Random random{7};
    constexpr int count = 20'000;
    values.reserve(count);
    for (int i = 0; i < count; ++i) values.push_back(milliseconds(distribution->draw(random)));
    std::ranges::sort(values);
    return values;
}

double mean(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Distribution, is_written_as_it_is_read)
{
    for (const auto* text : {"15ms", "0", "normal:15ms,3ms", "exp:15ms", "uniform:5ms,25ms"}) {
        const auto distribution = parsed(text);
        EXPECT_EQ(distribution ? distribution->text() : "refused", text);
    }
}

TEST(Distribution, refuses_what_it_does_not_understand)
{
    for (const auto* text : {"",
                             "15",
                             "normal:15ms",
                             "normal:15ms,",
                             "normal:15ms,3ms,1ms",
                             "exp:15ms,3ms",
                             "uniform:25ms,5ms",
                             "gamma:1ms,2ms",
                             "exp"}) {
        EXPECT_FALSE(parsed(text)) << text;
    }
}

TEST(Distribution, that_is_constant_is_always_the_same)
{
    const auto values = draws("15ms");
    ASSERT_FALSE(values.empty());
    EXPECT_EQ(values.front(), 15);
    EXPECT_EQ(values.back(), 15);
}

TEST(Distribution, that_is_normal_has_its_mean_and_deviation)
{
    const auto values = draws("normal:15ms,3ms");
    ASSERT_FALSE(values.empty());
    EXPECT_NEAR(mean(values), 15, 0.1);
    EXPECT_NEAR(values[values.size() * 84 / 100] - values[values.size() / 2], 3, 0.2);
}

TEST(Distribution, that_is_exponential_has_its_mean_and_its_long_tail)
{
    const auto values = draws("exp:15ms");
    ASSERT_FALSE(values.empty());
    EXPECT_NEAR(mean(values), 15, 0.5);
    EXPECT_NEAR(values[values.size() / 2], 15 * std::log(2), 0.5);
    EXPECT_GT(values.back(), 100);
}

TEST(Distribution, that_is_uniform_stays_between_its_ends)
{
    const auto values = draws("uniform:5ms,25ms");
    ASSERT_FALSE(values.empty());
    EXPECT_NEAR(mean(values), 15, 0.2);
    EXPECT_GE(values.front(), 5);
    EXPECT_LE(values.back(), 25);
}

TEST(Distribution, never_draws_less_than_nothing)
{
    const auto values = draws("normal:1ms,10ms");
    ASSERT_FALSE(values.empty());
    EXPECT_EQ(values.front(), 0);
}

TEST(Distribution, draws_the_same_from_the_same_seed)
{
    EXPECT_EQ(draws("normal:15ms,3ms"), draws("normal:15ms,3ms"));
}

}  // namespace
}  // namespace phony::bench
