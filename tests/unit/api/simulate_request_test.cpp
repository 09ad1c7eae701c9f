#include <phony/api/simulate_request.hpp>

#include <gtest/gtest.h>

#include <string>

namespace phony::api {
namespace {

/// A body that is complete but for `more`.
std::string body_with(std::string_view more)
{
    std::string body =
        R"({"from":"+15551234567","to":"+18578167225","scenario":"customer_service")";
    return body.append(more).append("}");
}

TEST(SimulateRequest, reads_the_references_body)
{
    const auto request = parse_simulate_request(body_with(""));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->from, "+15551234567");
    EXPECT_EQ(request->to, "+18578167225");
    EXPECT_EQ(request->scenario, "customer_service");
    EXPECT_EQ(request->call_sid, "");
    EXPECT_EQ(request->dialect, SimulateRequest::Dialect::conversation_relay);
    EXPECT_EQ(request->speed, 1);
}

TEST(SimulateRequest, may_name_the_call_the_dialect_and_the_speed)
{
    const auto request = parse_simulate_request(
        body_with(R"(,"callSid":"CA7","dialect":"reference","speed":2.5,"other":[])"));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->call_sid, "CA7");
    EXPECT_EQ(request->dialect, SimulateRequest::Dialect::reference);
    EXPECT_EQ(request->speed, 2.5);
    EXPECT_EQ(parse_simulate_request(body_with(R"(,"speed":10)"))->speed, 10);
}

TEST(SimulateRequest, names_the_field_that_is_wrong)
{
    const auto field = [](std::string_view body) {
        const auto request = parse_simulate_request(body);
        EXPECT_FALSE(request) << body;
        return request.error().field;
    };
    EXPECT_EQ(field("{}"), "from");
    EXPECT_EQ(field(R"({"from":"anonymous"})"), "from");
    EXPECT_EQ(field(R"({"from":"+15551234567"})"), "to");
    EXPECT_EQ(field(R"({"from":"+15551234567","to":"+15551234567"})"), "scenario");
    EXPECT_EQ(field(body_with(R"(,"callSid":"a b")")), "callSid");
    EXPECT_EQ(field(body_with(R"(,"callSid":null)")), "callSid");
    EXPECT_EQ(field(body_with(R"(,"dialect":"telnyx")")), "dialect");
    for (const auto* speed : {"0", "-1", "1001", "1e300", "\"fast\"", "null"}) {
        EXPECT_EQ(field(body_with(std::string{",\"speed\":"} + speed)), "speed");
    }
}

}  // namespace
}  // namespace phony::api
