#include <phony/call/override.hpp>

#include <gtest/gtest.h>

namespace phony::call {
namespace {

TEST(Override, has_the_names_and_values_that_events_carry)
{
    EXPECT_EQ(action_of(SayText{"Hold on."}), "text");
    EXPECT_EQ(value_of(SayText{"Hold on."}), "Hold on.");
    EXPECT_EQ(action_of(SendDigit{'5'}), "dtmf");
    EXPECT_EQ(value_of(SendDigit{'5'}), "5");
    EXPECT_EQ(action_of(EndNow{}), "end");
    EXPECT_EQ(value_of(EndNow{}), "");
    EXPECT_EQ(action_of(TransferNow{"+15550001"}), "transfer");
    EXPECT_EQ(value_of(TransferNow{"+15550001"}), "+15550001");
    EXPECT_EQ(action_of(Clarify{"42"}), "clarification");
    EXPECT_EQ(value_of(Clarify{"42"}), "42");
}

}  // namespace
}  // namespace phony::call
