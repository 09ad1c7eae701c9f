#include <phony/call/number_list.hpp>

#include <gtest/gtest.h>

namespace phony::call {
namespace {

TEST(NumberList, holds_numbers_and_all_that_begin_alike)
{
    const NumberList list{.beginnings = {"+15551234567", "+4930"}};
    EXPECT_TRUE(list.contains("+15551234567"));
    EXPECT_TRUE(list.contains("+493012345"));
    EXPECT_FALSE(list.contains("+15551234568"));
    EXPECT_FALSE(list.contains("+49"));
}

TEST(NumberList, holds_none_or_all)
{
    EXPECT_FALSE(NumberList{}.contains("+15551234567"));
    EXPECT_FALSE(NumberList{.beginnings = {""}}.contains("+15551234567"));
    EXPECT_TRUE((NumberList{.beginnings = {}, .any = true}).contains("+15551234567"));
}

}  // namespace
}  // namespace phony::call
