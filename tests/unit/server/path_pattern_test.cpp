#include "server/path_pattern.hpp"

#include <gtest/gtest.h>

namespace phony::server {
namespace {

TEST(PathPattern, without_a_parameter_is_the_path_itself)
{
    EXPECT_EQ(match_path("/healthz", "/healthz"), "");
    for (const char* path : {"", "/", "/healthz/", "/Healthz", "/%68ealthz", "/healthzz"})
        EXPECT_FALSE(match_path("/healthz", path)) << path;
}

TEST(PathPattern, a_parameter_is_one_segment)
{
    EXPECT_EQ(match_path("/calls/{callSid}", "/calls/CA1"), "CA1");
    EXPECT_EQ(match_path("/calls/{callSid}", "/calls/v3%3Aa%2Fb"), "v3%3Aa%2Fb");
    EXPECT_EQ(match_path("/calls/{callSid}/events", "/calls/CA1/events"), "CA1");
    for (const char* path : {"/calls", "/calls/", "/calls//", "/calls/CA1/", "/call/CA1", "CA1"})
        EXPECT_FALSE(match_path("/calls/{callSid}", path)) << path;
    for (const char* path : {"/calls/events", "/calls//events", "/calls/a/b/events"})
        EXPECT_FALSE(match_path("/calls/{callSid}/events", path)) << path;
}

TEST(PathPattern, a_star_at_its_end_is_whatever_follows)
{
    EXPECT_EQ(match_path("/dashboard/*", "/dashboard/"), "");
    EXPECT_EQ(match_path("/dashboard/*", "/dashboard/assets/index.js"), "");
    for (const char* path : {"/dashboard", "/dashboards/", "/", "dashboard/"})
        EXPECT_FALSE(match_path("/dashboard/*", path)) << path;
}

}  // namespace
}  // namespace phony::server
