#include <phony/base/percent.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace phony {
namespace {

TEST(Percent, escapes_of_either_case_become_their_bytes)
{
    EXPECT_EQ(percent_decoded("v3%3Aabc%3d", Plus::itself), "v3:abc=");
    EXPECT_EQ(percent_decoded("%00%ff", Plus::itself), std::string_view("\0\xff", 2));
    EXPECT_EQ(percent_decoded("", Plus::itself), "");
}

TEST(Percent, a_plus_is_a_space_only_where_it_is_said_to_be)
{
    EXPECT_EQ(percent_decoded("a+b%2B", Plus::itself), "a+b+");
    EXPECT_EQ(percent_decoded("a+b%2B", Plus::space), "a b+");
}

TEST(Percent, a_sign_without_two_hex_digits_is_malformed)
{
    for (const std::string_view text : {"%", "%4", "x%4", "%zz", "%4z", "%%41"})
        EXPECT_FALSE(percent_decoded(text, Plus::itself)) << text;
}

}  // namespace
}  // namespace phony
