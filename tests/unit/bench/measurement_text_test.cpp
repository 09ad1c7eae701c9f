#include "load/measurement_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phony::bench {
namespace {

using testing::HasSubstr;

Measurement some_measurement()
{
    Measurement measurement;
    measurement.server = "phony";
    measurement.window_seconds = 10;
    measurement.turns.completed = 100;
    measurement.tokens = 4'000;
    measurement.frames = 2'000;
    measurement.cost = {.cpu_seconds = 0.1,
                        .user_seconds = 0.06,
                        .system_seconds = 0.04,
                        .rss_before = 10 << 20,
                        .rss_idle = (10 << 20) + 100 * 20'480,
                        .rss_end = 20 << 20};
    for (int i = 1; i <= 1'000; ++i)
        measurement.samples(Stage::token_to_frame).push_back(static_cast<float>(i));
    return measurement;
}

TEST(Quantile, is_the_sample_that_so_many_do_not_exceed)
{
    const Samples samples{10, 20, 30, 40};
    EXPECT_EQ(quantile_of(samples, 0.5), 20);
    EXPECT_EQ(quantile_of(samples, 0.51), 30);
    EXPECT_EQ(quantile_of(samples, 0.999), 40);
    EXPECT_EQ(quantile_of(samples, 1), 40);
    EXPECT_EQ(quantile_of(samples, 0), 10);
    EXPECT_EQ(quantile_of({}, 0.5), 0);
}

TEST(Measurement, divides_cost_by_work)
{
    const auto measurement = some_measurement();
    EXPECT_DOUBLE_EQ(measurement.turns_of_work(), 100);
    EXPECT_DOUBLE_EQ(measurement.cpu_us_per_turn(), 1'000);
    EXPECT_DOUBLE_EQ(measurement.cpu_us_per_token(), 25);
    EXPECT_DOUBLE_EQ(measurement.rss_bytes_per_call(), 20'480);
    EXPECT_DOUBLE_EQ(measurement.calls_per_core(), 10'000);
    EXPECT_DOUBLE_EQ(measurement.tokens_per_frame(), 2);
    EXPECT_EQ(Measurement{}.cpu_us_per_turn(), 0);
}

TEST(Measurement, is_a_table_for_people)
{
    auto measurement = some_measurement();
    measurement.warnings.emplace_back("the callers were late");
    const auto text = to_text(measurement);
    EXPECT_THAT(text, HasSubstr("phony: 100 calls"));
    EXPECT_THAT(text, HasSubstr("token → frame"));
    EXPECT_THAT(text, HasSubstr("1000 µs a turn"));
    EXPECT_THAT(text, HasSubstr("20.0 KB a call"));
    EXPECT_THAT(text, HasSubstr("warning: the callers were late"));
}

TEST(Measurement, is_json_for_machines)
{
    const auto object = to_json(some_measurement());
    EXPECT_EQ(object.at("turns").at("completed").to_number<int>(), 100);
    const auto& stage = object.at("stages_us").at("token_to_frame");
    EXPECT_EQ(stage.at("count").to_number<int>(), 1'000);
    EXPECT_EQ(stage.at("p99").to_number<double>(), 990);
    EXPECT_EQ(object.at("workload").at("gap").as_string(), "15ms");
}

}  // namespace
}  // namespace phony::bench
