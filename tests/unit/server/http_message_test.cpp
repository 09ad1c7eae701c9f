#include "server/http_message.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace phony::server {
namespace {

TEST(Request, tells_path_from_query_and_keeps_both_undecoded)
{
    const Request request{.target = "/relay/ws?callSid=CA%31&x"};
    EXPECT_EQ(request.path(), "/relay/ws");
    EXPECT_EQ(request.query(), "callSid=CA%31&x");
    EXPECT_EQ(request.parameter("callSid"), "CA1");
    EXPECT_EQ(request.parameter("y"), "");
}

TEST(Request, takes_no_header_that_is_there_twice)
{
    const Request request{
        .headers = {{"X-Twilio-Signature", "a"}, {"x-twilio-signature", "b"}, {"Host", "h"}}};
    EXPECT_EQ(request.only("X-Twilio-Signature"), "");
    EXPECT_EQ(request.only("host"), "h");
}

TEST(Request, survives_a_query_that_is_none)
{
    EXPECT_EQ((Request{.target = "/?%"}).parameter("a"), "");
    EXPECT_EQ((Request{.target = "?"}).path(), "");
}

TEST(Response, refuses_in_the_shape_of_the_reference)
{
    const Response refusal = refuse(Error{errc::call_not_found});
    EXPECT_EQ(refusal.status, 404U);
    EXPECT_EQ(refusal.body,
              R"({"error":{"code":"CALL_NOT_FOUND","message":"No such call","details":{}}})");
}

TEST(Response, to_haste_says_when_to_come_back_in_whole_seconds)
{
    using namespace std::chrono_literals;
    EXPECT_EQ(refuse_haste(1200ms, "at most 3 a minute").headers,
              (std::vector<std::pair<std::string, std::string>>{{"Retry-After", "2"}}));
    EXPECT_EQ(refuse_haste(2s, {}).headers,
              (std::vector<std::pair<std::string, std::string>>{{"Retry-After", "2"}}));
    const auto soon = refuse_haste(1ns, "at most 3 a minute");
    EXPECT_EQ(soon.headers,
              (std::vector<std::pair<std::string, std::string>>{{"Retry-After", "1"}}));
    EXPECT_EQ(soon.status, 429U);
    EXPECT_EQ(
        soon.body,
        R"({"error":{"code":"RATE_LIMITED","message":"Too many requests: at most 3 a minute",)"
        R"("details":{"reason":"at most 3 a minute","retryAfter":"1"}}})");
}

}  // namespace
}  // namespace phony::server
