#include "load/report/plots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count(std::string_view text, std::string_view what)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + 1))
        ++found;
    return found;
}

TEST(Plots, a_quantile_curve_says_its_quantiles_where_the_mouse_rests)
{
    const std::vector<double> samples(1'000, 250.0);
    const std::string svg = quantile_plot(
        "token → frame", {{.name = "phony", .look = "look-phony", .sorted = samples}});
    EXPECT_THAT(svg, HasSubstr("<title>phony, p50: 250 µs</title>"));
    EXPECT_THAT(svg, HasSubstr("<title>phony, p99.9: 250 µs</title>"));
    EXPECT_THAT(svg, Not(HasSubstr("p99.99:")));  // of a thousand samples nobody knows that
    EXPECT_EQ(count(svg, "<polyline"), 1U);
}

TEST(Plots, a_server_without_samples_has_no_curve)
{
    EXPECT_EQ(quantile_plot("nothing", {{.name = "phony", .look = "look-phony", .sorted = {}}}),
              "");
}

TEST(Plots, a_single_sample_can_be_drawn)
{
    const std::string svg =
        quantile_plot("one", {{.name = "phony", .look = "look-phony", .sorted = {0.0}}});
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

TEST(Plots, a_cost_is_cut_into_own_code_and_kernel)
{
    const Estimate total{.value = 800, .interval = {.low = 790, .high = 820}, .count = 5};
    const std::string svg = cost_plot("CPU a turn",
                                      {{.name = "phony",
                                        .look = "look-phony",
                                        .total = total,
                                        .user_share = 0.25,
                                        .note = "1.21 × floor",
                                        .goals = {850}}});
    EXPECT_THAT(svg, HasSubstr("phony: 200 µs in its own code, 600 µs in the kernel"));
    EXPECT_THAT(svg, HasSubstr("1.21 × floor"));
    EXPECT_EQ(count(svg, "class=\"target\""), 1U);
}

TEST(Plots, growth_has_a_point_for_each_step)
{
    std::vector<GrowthPoint> points;
    for (const unsigned calls : {1U, 100U, 10'000U}) {
        points.push_back(
            {.calls = calls, .value = {.value = 800, .interval = {790, 810}, .count = 3}});
    }
    const std::string svg =
        growth_plot("CPU a turn",
                    Unit::microseconds,
                    {{.name = "phony", .look = "look-phony", .points = points}});
    EXPECT_EQ(count(svg, "<circle"), 3U);
    EXPECT_THAT(svg, HasSubstr("phony, 10,000 calls: 800 µs"));
    EXPECT_EQ(growth_plot("nothing", Unit::bytes, {}), "");
}

TEST(Plots, only_a_change_whose_interval_does_not_reach_zero_is_coloured)
{
    const std::string svg =
        change_plot("changes",
                    {{.title = "CPU", .change = -0.1, .interval = Interval{-0.12, -0.08}},
                     {.title = "p50", .change = 0.01, .interval = Interval{-0.02, 0.04}},
                     {.title = "memory", .change = 0.1, .interval = {}}});
    EXPECT_THAT(svg, HasSubstr("mark better"));
    EXPECT_EQ(count(svg, "mark none"), 2U);
    EXPECT_THAT(svg, Not(HasSubstr("mark worse")));
}

TEST(Plots, the_same_server_looks_the_same_everywhere)
{
    EXPECT_EQ(look_of("phony", 3), look_of("phony", 0));
    EXPECT_NE(look_of("floor", 0), look_of("phony", 0));
}

}  // namespace
}  // namespace phony::bench
