#include <phony/base/text.hpp>

#include <gtest/gtest.h>

namespace phony {
namespace {

TEST(Text, knows_blank_text)
{
    EXPECT_TRUE(is_blank(""));
    EXPECT_TRUE(is_blank(" \t\r\n\v\f"));
    EXPECT_FALSE(is_blank(" . "));
}

TEST(Text, is_trimmed_at_both_ends)
{
    EXPECT_EQ(trimmed(" \t a b\v\r\n"), "a b");
    EXPECT_EQ(trimmed("a"), "a");
    EXPECT_EQ(trimmed(" \n "), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Text, is_trimmed_of_the_spaces_that_a_format_knows)
{
    EXPECT_EQ(trimmed(" \ta ", " "), "\ta");
    EXPECT_FALSE(is_blank("\v", " \t\r\n"));
}

}  // namespace
}  // namespace phony
