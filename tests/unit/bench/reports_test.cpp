#include "load/report/report.hpp"
#include "unit/bench/made_up.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

const Circumstances somewhere{"a machine", "2026-01-01T00:00:00.000Z"};

/// A page that needs nothing but itself, and shows no number that is none.
void expect_complete(const Report& report)
{
    EXPECT_THAT(report.html, testing::StartsWith("<!doctype html>"));
    EXPECT_THAT(report.html, testing::EndsWith("</html>\n"));
    EXPECT_THAT(report.html, HasSubstr("a machine"));
    for (const char* const unwanted : {"http", "<script", "src=", "nan", "inf "}) {
        EXPECT_THAT(report.html, Not(HasSubstr(unwanted)));
    }
    EXPECT_THAT(boost::json::serialize(report.json), HasSubstr("a machine"));
}

TEST(Reports, a_comparison_says_what_is_real)
{
    const Report report = compare_report(made_up_series("phony", 8, 800, 60),
                                         made_up_series("phony:PHONY_THREADS=2", 8, 720, 60),
                                         somewhere);
    expect_complete(report);
    EXPECT_THAT(report.text, HasSubstr("CPU a turn: B is 10.0 % cheaper (95 %: 10.0 … 10.0)."));
    EXPECT_THAT(report.text, HasSubstr("no difference larger than 0.0 % was seen"));
    EXPECT_TRUE(report.json.at("comparison").at("cpu_us_per_turn").at("real").as_bool());
    EXPECT_FALSE(report.json.at("comparison").at("token_to_frame_p50").at("real").as_bool());
}

TEST(Reports, the_peers_stand_beside_the_floor_and_the_targets)
{
    const std::vector<Scene> scenes{{.key = "paced",
                                     .name = "paced",
                                     .title = "tokens 15 ms apart, 100 calls",
                                     .servers = {made_up_series("floor", 5, 600, 50),
                                                 made_up_series("phony", 5, 720, 60),
                                                 made_up_series("node", 5, 4'320, 300)}}};
    const Report report = peers_report(scenes, somewhere);
    expect_complete(report);
    EXPECT_THAT(report.html, HasSubstr("A turn costs Phony 1.20 times what a bare relay pays."));
    EXPECT_THAT(report.text, HasSubstr("(7.20 ×)"));
    EXPECT_THAT(report.text, HasSubstr("≤ 1.25 × floor"));
}

/// A growth of so many calls, the last of which cost a fifth more.
Report growth_of(const std::vector<unsigned>& calls)
{
    Growth growth{.server = "phony", .steps = {}};
    for (const unsigned count : calls) {
        Series step = made_up_series("phony", 3, count == calls.back() ? 960 : 800, 60);
        for (Measurement& run : step.runs) run.workload.calls = count;
        growth.steps.push_back(std::move(step));
    }
    return growth_report(std::vector{growth}, somewhere);
}

TEST(Reports, growth_is_told_from_a_hundred_calls_on)
{
    const Report report = growth_of({1, 100, 10'000});
    expect_complete(report);
    EXPECT_THAT(report.text,
                HasSubstr("phony: CPU a turn with 10,000 calls is 1.20 × that with 100."));
}

TEST(Reports, growth_up_to_a_hundred_calls_is_told_from_the_fewest_on)
{
    EXPECT_THAT(growth_of({1, 100}).text,
                HasSubstr("phony: CPU a turn with 100 calls is 1.20 × that with 1."));
    EXPECT_THAT(growth_of({100}).text, Not(HasSubstr("CPU a turn with")));
}

TEST(Reports, warnings_are_told_once)
{
    Series series = made_up_series("phony", 3, 800, 60);
    for (Measurement& run : series.runs) {
        run.warnings = {"1 % were late"};
        run.warnings.push_back("late by " + std::to_string(run.cost.cpu_seconds));
    }
    series.runs.back().warnings.pop_back();
    series.runs.back().warnings.pop_back();
    const Report report = run_report(series, somewhere);
    expect_complete(report);
    EXPECT_THAT(report.html, HasSubstr("phony: 1 % were late (2 of 3 runs)"));
    EXPECT_EQ(report.html.find("late by"), report.html.rfind("late by"));
}

TEST(Reports, a_name_is_only_text)
{
    expect_complete(run_report(made_up_series("<script>alert(1)</script>", 2, 800, 60), somewhere));
}

}  // namespace
}  // namespace phony::bench
