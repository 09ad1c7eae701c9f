#include <phony/api/entity_tag.hpp>

#include <gtest/gtest.h>

namespace phony::api {
namespace {

TEST(EntityTag, is_found_among_those_that_a_client_has)
{
    for (const char* header : {R"("a")",
                               R"("b","a")",
                               R"( "b" , "a" )",
                               R"("a", "b")",
                               R"(W/"a")",
                               R"("x,y", W/"b", W/"a")",
                               "*",
                               " * "})
        EXPECT_TRUE(matches_any(header, R"("a")")) << header;
}

TEST(EntityTag, is_not_found_in_what_only_resembles_it)
{
    for (const char* header : {"",
                               "a",
                               R"("b")",
                               R"("A")",
                               R"("ab")",
                               R"(""a"")",
                               R"("a)",
                               R"(w/"a")",
                               R"("b" "a")",
                               R"("b",)",
                               R"("x,"a"")",
                               ",",
                               "**"})
        EXPECT_FALSE(matches_any(header, R"("a")")) << header;
}

}  // namespace
}  // namespace phony::api
