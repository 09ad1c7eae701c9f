#include "load/report/figures.hpp"

#include "unit/bench/made_up.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace phony::bench {
namespace {

TEST(Figures, each_is_found_by_its_key)
{
    for (const Figure& each : figures()) EXPECT_EQ(figure(each.key).title, each.title);
    EXPECT_THROW(figure("happiness"), std::logic_error);
}

TEST(Figures, a_figure_is_the_median_of_the_runs)
{
    const Series series{.name = "phony",
                        .runs = {made_up("phony", 700, 50),
                                 made_up("phony", 5'000, 50),
                                 made_up("phony", 720, 50)}};
    const Estimate cost = estimate(series, figure("cpu_us_per_turn")).value_or(Estimate{});
    EXPECT_NEAR(cost.value, 720, 1e-6);
    EXPECT_EQ(cost.count, 3U);
}

TEST(Figures, a_run_with_nothing_to_measure_leaves_the_figure_open)
{
    Series series = made_up_series("phony", 3, 700, 50);
    series.runs[1].samples(Stage::token_to_frame).clear();
    EXPECT_FALSE(estimate(series, figure("token_to_frame_p50")));
    EXPECT_TRUE(estimate(series, figure("prompt_to_request_p50")));
    EXPECT_FALSE(ratio(series, series, figure("token_to_frame_p50")));
    EXPECT_FALSE(compare(series, series, figure("token_to_frame_p50")));
}

TEST(Figures, a_ratio_is_taken_round_by_round)
{
    // The machine was twice as slow in the second round, for both alike.
    const Series floor{.name = "floor",
                       .runs = {made_up("floor", 600, 50), made_up("floor", 1'200, 50)}};
    const Series phony{.name = "phony",
                       .runs = {made_up("phony", 720, 50), made_up("phony", 1'440, 50)}};
    const Estimate times = ratio(floor, phony, figure("cpu_us_per_turn")).value_or(Estimate{});
    EXPECT_NEAR(times.value, 1.2, 1e-9);
    EXPECT_NEAR(times.interval.high - times.interval.low, 0, 1e-9);
}

}  // namespace
}  // namespace phony::bench
