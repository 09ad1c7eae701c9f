#include <phony/call/policy.hpp>

#include <gtest/gtest.h>

namespace phony::call {
namespace {

TEST(Policy, transfers_nowhere_unless_it_is_told_where)
{
    EXPECT_FALSE(Policy{}.may_transfer_to("+15551234567"));
}

TEST(Policy, transfers_to_the_numbers_and_prefixes_it_is_given)
{
    Policy policy;
    policy.transfer_allow = {"+15551234567", "+4930"};
    EXPECT_TRUE(policy.may_transfer_to("+15551234567"));
    EXPECT_TRUE(policy.may_transfer_to("+4930123456"));
    EXPECT_FALSE(policy.may_transfer_to("+1555123456"));
    EXPECT_FALSE(policy.may_transfer_to("+49401234"));
}

TEST(Policy, does_not_take_an_empty_prefix_for_any_number)
{
    Policy policy;
    policy.transfer_allow = {""};
    EXPECT_FALSE(policy.may_transfer_to("+15551234567"));
}

TEST(Policy, transfers_anywhere_when_so_configured)
{
    Policy policy;
    policy.transfer_anywhere = true;
    EXPECT_TRUE(policy.may_transfer_to("+15551234567"));
}

}  // namespace
}  // namespace phony::call
