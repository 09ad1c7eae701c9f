#include "load/soak_judgement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace phony::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double mebibyte = 1'048'576;

/// A sample a second: so many bytes a second more, with a wave on top that comes to nothing.
std::vector<MemorySample> growing(double bytes_a_second, int seconds)
{
    std::vector<MemorySample> samples;
    for (int i = 0; i < seconds; ++i) {
        const double wave = i % 2 == 0 ? mebibyte : -mebibyte;
        samples.push_back({.seconds = 1.0 * i, .bytes = 50 * mebibyte + bytes_a_second * i + wave});
    }
    return samples;
}

TEST(SoakJudgement, fits_a_line_by_least_squares)
{
    const std::vector<MemorySample> samples{{0, 1}, {1, 3}, {2, 5}};
    const Line line = line_through(samples);
    EXPECT_DOUBLE_EQ(line.slope, 2);
    EXPECT_DOUBLE_EQ(line.intercept, 1);
    EXPECT_DOUBLE_EQ(line.at(10), 21);
}

TEST(SoakJudgement, tells_a_leak_from_what_comes_and_goes)
{
    EXPECT_TRUE(trend_of(growing(0, 480), 120).is_flat());
    EXPECT_TRUE(trend_of(growing(-5'000, 480), 120).is_flat());
    // 200 bytes a call, at 170 calls a second.
    const auto leak = trend_of(growing(200 * 170, 600), 120);
    EXPECT_FALSE(leak.is_flat());
    EXPECT_NEAR(leak.slope, 200 * 170, 200);
    EXPECT_NEAR(leak.seconds, 479, 1);
}

TEST(SoakJudgement, does_not_take_a_step_for_a_leak_unless_it_is_a_large_one)
{
    auto samples = growing(0, 600);
    for (auto& sample : samples)
        if (sample.seconds > 300) sample.bytes += 12 * mebibyte;
    const auto step = trend_of(samples, 120);
    EXPECT_GT(step.growth(), 10 * mebibyte);
    EXPECT_NEAR(step.typical_slope, 0, 1);
    EXPECT_TRUE(step.is_flat());
    for (auto& sample : samples)
        if (sample.seconds > 300) sample.bytes += 40 * mebibyte;
    EXPECT_FALSE(trend_of(samples, 120).is_flat());
}

TEST(SoakJudgement, does_not_take_warming_up_for_a_leak)
{
    auto samples = growing(0, 480);
    for (auto& sample : samples)
        if (sample.seconds < 100) sample.bytes -= (100 - sample.seconds) * mebibyte / 4;
    EXPECT_TRUE(trend_of(samples, 120).is_flat());
    EXPECT_EQ(trend_of(samples, 475).seconds, 0) << "too few to tell";
}

TEST(SoakJudgement, reads_metrics_and_says_what_remains)
{
    const auto metrics = read_metrics(R"(# HELP phony_viewers x
# TYPE phony_viewers gauge
phony_viewers 2
phony_viewers_dropped_total 7
phony_open_sockets{core="0"} 1
phony_open_sockets{core="1"} 3
phony_model_connections{model="m",state="idle"} 4
phony_model_connections{model="m",state="in_use"} 0
)");
    EXPECT_EQ(sum_of(metrics, "phony_viewers"), 2);
    EXPECT_EQ(sum_of(metrics, "phony_open_sockets"), 4);
    EXPECT_EQ(sum_of(metrics, "phony_model_connections", R"(state="idle")"), 4);
    EXPECT_EQ(sum_of(metrics, "phony_nothing"), 0);
    EXPECT_THAT(remains(metrics),
                ElementsAre(HasSubstr("phony_viewers is still 2"),
                            HasSubstr("phony_open_sockets is still 4")));
    EXPECT_THAT(remains(read_metrics("phony_open_sockets{core=\"0\"} 1\n")), IsEmpty());
}

TEST(SoakJudgement, knows_an_error_by_its_level)
{
    EXPECT_TRUE(is_error(R"({"time":"2024-01-01T00:00:00.000Z","level":"error","msg":"x"})"));
    EXPECT_FALSE(is_error(R"({"level":"warn","msg":"an error of the model's"})"));
}

}  // namespace
}  // namespace phony::bench
