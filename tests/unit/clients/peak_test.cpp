#include "clients/peak.hpp"

#include <gtest/gtest.h>

namespace phony::clients {
namespace {

TEST(PeakOfLastMinute, remembers_the_largest_value_for_a_minute)
{
    PeakOfLastMinute peak;
    EXPECT_EQ(peak.value(), 0u);
    peak.note(7);
    peak.note(3);
    for (int second = 1; second < 60; ++second) {
        peak.tick(1);
        EXPECT_EQ(peak.value(), 7u);
    }
    peak.tick(1);
    EXPECT_EQ(peak.value(), 1u);
}

TEST(PeakOfLastMinute, counts_what_lasts_as_long_as_it_lasts)
{
    PeakOfLastMinute peak;
    peak.note(5);
    for (int second = 0; second < 200; ++second) peak.tick(5);
    EXPECT_EQ(peak.value(), 5u);
}

}  // namespace
}  // namespace phony::clients
