#include "load/report/targets.hpp"

#include "unit/bench/made_up.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::bench {
namespace {

Scene paced(double phony_cost, float phony_late)
{
    return {.key = "paced",
            .name = "paced",
            .title = "tokens 15 ms apart, 100 calls",
            .servers = {made_up_series("floor", 5, 600, 50),
                        made_up_series("phony", 5, phony_cost, phony_late),
                        made_up_series("node", 5, 4'000, 300)}};
}

const Target& the_target(std::string_view figure, std::string_view against)
{
    return *std::ranges::find_if(targets(), [&](const Target& target) {
        return target.scene == "paced" && target.figure == figure && target.against == against;
    });
}

/// Of one that can be judged; otherwise empty, and not met.
Judgement judged(const Target& target, const Scene& scene)
{
    return judge(target, scene).value_or(Judgement{});
}

TEST(Targets, what_is_reached_is_told_beside_the_limit)
{
    const Judgement judgement = judged(the_target("cpu_us_per_turn", "floor"), paced(720, 60));
    EXPECT_EQ(judgement.reached, "1.20 × floor");
    EXPECT_EQ(judgement.limit, "≤ 1.25 × floor");
    EXPECT_TRUE(judgement.met);
}

TEST(Targets, a_limit_that_is_passed_is_missed)
{
    const Judgement judgement = judged(the_target("cpu_us_per_turn", "floor"), paced(780, 60));
    EXPECT_EQ(judgement.reached, "1.30 × floor");
    EXPECT_FALSE(judgement.met);
}

TEST(Targets, what_comes_on_top_of_the_floor_is_a_difference)
{
    const Judgement judgement = judged(the_target("token_to_frame_p50", "floor"), paced(720, 65));
    EXPECT_EQ(judgement.reached, "floor + 15.0 µs");
    EXPECT_TRUE(judgement.met);
}

TEST(Targets, nothing_is_judged_that_was_not_measured)
{
    Scene scene = paced(720, 60);
    std::erase_if(scene.servers, [](const Series& series) { return series.name == "node"; });
    for (const Judgement& each : judge_all(std::vector{scene})) {
        EXPECT_THAT(each.limit, testing::Not(testing::HasSubstr("node")));
    }
    scene.key = "another";
    EXPECT_TRUE(judge_all(std::vector{scene}).empty());
}

}  // namespace
}  // namespace phony::bench
