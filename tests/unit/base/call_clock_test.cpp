#include <phony/base/call_clock.hpp>

#include <chrono>

#include <gtest/gtest.h>

namespace phony {
namespace {

using namespace std::chrono_literals;

constexpr WallTime noon{1'767'268'800s};
constexpr TimePoint began{5h};

TEST(CallClock, goes_on_with_the_steady_clock)
{
    const CallClock clock{noon, began};
    EXPECT_EQ(clock.at(began), noon);
    EXPECT_EQ(clock.at(began + 90s), noon + 90s);
    EXPECT_EQ(clock.when(noon + 90s), began + 90s);
    EXPECT_EQ(CallClock{clock.origin()}.at(began + 1ms), noon + 1ms);
}

TEST(CallClock, of_a_call_that_is_resumed_does_not_ask_what_time_it_is)
{
    const CallClock before{noon, began};
    for (const WallTime wall : {noon - 24h, noon, noon + 365 * 24h}) {
        const auto clock = CallClock::resumed(before, noon + 30s, wall, began + 40s);
        EXPECT_EQ(clock.at(began + 41s), noon + 41s);
    }
}

TEST(CallClock, begins_anew_with_the_machine_and_does_not_go_back)
{
    const CallClock before{noon, began};
    const TimePoint started_anew{20s};
    EXPECT_EQ(CallClock::resumed(before, noon + 30s, noon + 90s, started_anew).at(started_anew),
              noon + 90s);
    EXPECT_EQ(CallClock::resumed(before, noon + 30s, WallTime{}, started_anew).at(started_anew),
              noon + 30s);
    EXPECT_EQ(CallClock::resumed({}, noon + 30s, noon + 90s, began).at(began), noon + 90s)
        << "it was not known";
}

}  // namespace
}  // namespace phony
