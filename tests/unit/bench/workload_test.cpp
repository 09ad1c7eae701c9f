#include "load/workload.hpp"

#include "load/callers.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <vector>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;
using Settings = std::map<std::string, std::string>;

ServerSpec parsed(std::string_view text)
{
    const auto spec = ServerSpec::parse(text);
    EXPECT_TRUE(spec) << text;
    return spec ? *spec : ServerSpec{};
}

TEST(ServerSpec, is_a_name_or_a_path)
{
    EXPECT_EQ(parsed("floor").program, "floor");
    EXPECT_FALSE(parsed("floor").is_phony());
    EXPECT_TRUE(parsed("phony").is_phony());
    EXPECT_TRUE(parsed("/tmp/old,new:er/phony").is_phony());
    EXPECT_EQ(parsed("/tmp/old,new:er/phony").program, "/tmp/old,new:er/phony");
}

TEST(ServerSpec, may_have_settings_behind_it)
{
    const auto spec = parsed("phony:PHONY_THREADS=2,PHONY_LOG_LEVEL=debug");
    EXPECT_EQ(spec.program, "phony");
    EXPECT_EQ(spec.label, "phony:PHONY_THREADS=2,PHONY_LOG_LEVEL=debug");
    EXPECT_EQ(spec.settings, (Settings{{"PHONY_THREADS", "2"}, {"PHONY_LOG_LEVEL", "debug"}}));
    EXPECT_EQ(parsed("/tmp/a:b/phony:A=").settings, (Settings{{"A", ""}}));
}

TEST(ServerSpec, keeps_colons_commas_and_equals_signs_of_a_value)
{
    EXPECT_EQ(parsed("phony:OPENAI_BASE_URL=http://127.0.0.1:9/v1?a=b,B=c").settings,
              (Settings{{"OPENAI_BASE_URL", "http://127.0.0.1:9/v1?a=b"}, {"B", "c"}}));
    EXPECT_EQ(parsed("phony:SYSTEM_PROMPT=Hello, caller,A=1").settings,
              (Settings{{"SYSTEM_PROMPT", "Hello, caller"}, {"A", "1"}}));
}

TEST(ServerSpec, refuses_settings_that_are_none)
{
    for (const auto* text : {"", "phony:", "phony:FOO", "phony:foo=1", "phony=1", ":A=1"})
        EXPECT_FALSE(ServerSpec::parse(text)) << text;
}

TEST(ServerSpec, refuses_settings_that_hide_where_the_server_listens)
{
    for (const auto* text : {"phony:PHONY_LOG_LEVEL=warn", "phony:A=1,PHONY_LOG_FORMAT=human"}) {
        const auto spec = ServerSpec::parse(text);
        ASSERT_FALSE(spec) << text;
        EXPECT_NE(spec.error().detail.find("PHONY_LOG_LEVEL"), std::string::npos);
    }
    EXPECT_TRUE(ServerSpec::parse("phony:PHONY_LOG_LEVEL=info,PHONY_LOG_FORMAT=json"));
}

TEST(Workload, says_what_it_is)
{
    EXPECT_EQ(
        Workload{}.text(),
        "100 calls, 40 tokens a reply, first after 5ms, 15ms apart, the next prompt at once, 20 "
        "turns a call");
    Workload other;
    other.pace = Pace::human;
    other.gap = Distribution::constant(0s);
    other.turns_per_call = 0;
    other.tls = true;
    other.faults.cut = 0.25;
    EXPECT_EQ(
        other.text(),
        "100 calls, 40 tokens a reply, first after 5ms, all at once, a prompt a call every 25s, "
        "TLS, 25 % cut");
}

TEST(Workload, knows_how_long_a_reply_takes)
{
    EXPECT_EQ(Workload{}.reply_length(), 5ms + 40 * 15ms);
}

TEST(Schedule, spreads_the_calls_over_a_period_without_a_beat)
{
    Workload workload;
    workload.calls = 1'000;
    workload.pace = Pace::human;
    const auto moments = first_prompts(workload);
    ASSERT_EQ(moments.size(), 1'000U);
    EXPECT_TRUE(std::ranges::is_sorted(moments));
    EXPECT_LT(moments.back(), workload.period + 1us);

    // No moment is far from its share, and the distances are not all the same.
    std::vector<Duration> distances(moments.size());
    std::adjacent_difference(moments.begin(), moments.end(), distances.begin());
    EXPECT_LE(*std::ranges::max_element(distances), 2 * (workload.period / 1'000) + 1us);
    EXPECT_LT(*std::ranges::min_element(distances), workload.period / 1'000 / 2);
}

TEST(Schedule, is_the_same_for_the_same_seed)
{
    Workload workload;
    const auto moments = first_prompts(workload);
    EXPECT_EQ(first_prompts(workload), moments);
    workload.seed = 2;
    EXPECT_NE(first_prompts(workload), moments);
}

}  // namespace
}  // namespace phony::bench
