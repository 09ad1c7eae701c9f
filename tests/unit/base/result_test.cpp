#include <phony/base/result.hpp>

#include <gtest/gtest.h>

namespace phony {
namespace {

Result<int> halve(int number)
{
    if (number % 2 != 0) return Error{errc::invalid_request, "number must be even"};
    return number / 2;
}

TEST(Result, holds_the_value)
{
    const auto half = halve(4);
    ASSERT_TRUE(half);
    EXPECT_EQ(*half, 2);
}

TEST(Result, holds_why_there_is_none)
{
    const auto half = halve(3);
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error(), (Error{errc::invalid_request, "number must be even"}));
}

TEST(Result, throws_when_a_missing_value_is_taken_all_the_same)
{
    try {
        halve(3).value();
        FAIL() << "no exception";
    } catch (const boost::system::system_error& error) {
        EXPECT_EQ(error.code(), errc::invalid_request);
        EXPECT_NE(std::string{error.what()}.find("number must be even"), std::string::npos);
    }
}

TEST(Errc, belongs_to_one_category_with_a_message_for_each_value)
{
    const boost::system::error_code code = errc::call_not_found;
    EXPECT_STREQ(code.category().name(), "phony");
    EXPECT_EQ(code.message(), "call not found");
    EXPECT_EQ(code, errc::call_not_found);
    EXPECT_NE(code, errc::not_found);
    EXPECT_FALSE(make_error_code(errc::success).failed());
}

TEST(Errc, has_words_for_a_value_it_does_not_know)
{
    EXPECT_EQ(phony_category().message(12345), "unknown error");
}

}  // namespace
}  // namespace phony
