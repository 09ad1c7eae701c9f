#include "server/supervisors.hpp"

#include <gtest/gtest.h>

namespace phony::server {
namespace {

const Supervisors two{{{"ada", "secret-a"}, {"ben", "secret-b"}}};

TEST(Supervisors, are_known_by_their_tokens)
{
    EXPECT_EQ(two.identify("Bearer secret-b").value(), "ben");
    EXPECT_EQ(two.identify("bearer secret-a").value(), "ada");
}

TEST(Supervisors, refuse_everyone_else)
{
    for (const char* header : {"",
                               "Bearer",
                               "Bearer ",
                               "Bearer secret",
                               "Bearer secret-c",
                               "Basic secret-a",
                               "secret-a"}) {
        const auto name = two.identify(header);
        ASSERT_FALSE(name) << header;
        EXPECT_EQ(name.error().code, errc::unauthorized) << header;
    }
}

TEST(Supervisors, are_everyone_when_none_are_named)
{
    EXPECT_EQ(Supervisors{{}}.identify("").value(), "supervisor");
}

}  // namespace
}  // namespace phony::server
