#include <phony/api/place_call_request.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace phony::api {
namespace {

using call::OutboundCall;

constexpr std::string_view caller_id = "+18578167225";

std::string body(const std::string& more = {})
{
    return R"({"to":"+15551234567","consent":true)" + more + "}";
}

OutboundCall parsed(const std::string& more = {})
{
    const auto order = parse_place_call(body(more), caller_id);
    EXPECT_TRUE(order) << order.error().detail;
    return order ? *order : OutboundCall{};
}

void expect_refused(const std::string& text, std::string_view field, std::string_view why)
{
    const auto order = parse_place_call(text, caller_id);
    ASSERT_FALSE(order) << text;
    EXPECT_EQ(order.error().code, errc::invalid_request);
    EXPECT_EQ(order.error().field, field);
    EXPECT_NE(order.error().detail.find(why), std::string::npos) << order.error().detail;
}

TEST(PlaceCallRequest, needs_no_more_than_a_number_and_consent)
{
    const auto order = parsed();
    EXPECT_EQ(order.to, "+15551234567");
    EXPECT_EQ(order.from, caller_id);
    EXPECT_EQ(order.consented_by, "");
    EXPECT_EQ(order.detection, OutboundCall::Detection::off);
    EXPECT_EQ(order.ring_seconds, 60);
}

TEST(PlaceCallRequest, takes_all_that_may_be_said)
{
    const auto order = parse_place_call(
        R"({"to":"+1 (555) 123-4567","from":"+44 20 7946 0321","consent":true,
            "consentedBy":"Jane Doe","timeout":30,"machineDetection":"Enable",
            "machineDetectionTimeout":20,"onMachine":"continue"})",
        caller_id);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->to, "+15551234567");
    EXPECT_EQ(order->from, "+442079460321");
    EXPECT_EQ(order->consented_by, "Jane Doe");
    EXPECT_EQ(order->ring_seconds, 30);
    EXPECT_EQ(order->detection, OutboundCall::Detection::who_answered);
    EXPECT_EQ(order->detection_seconds, 20);
    EXPECT_EQ(order->on_machine, OutboundCall::OnMachine::go_on);
}

TEST(PlaceCallRequest, hangs_up_on_a_machine_unless_one_waits_for_the_end_of_its_greeting)
{
    EXPECT_EQ(parsed(R"(,"machineDetection":"Enable")").on_machine,
              OutboundCall::OnMachine::hang_up);
    const auto waits = parsed(R"(,"machineDetection":"DetectMessageEnd")");
    EXPECT_EQ(waits.detection, OutboundCall::Detection::end_of_greeting);
    EXPECT_EQ(waits.on_machine, OutboundCall::OnMachine::go_on);
    EXPECT_EQ(parsed(R"(,"machineDetection":"DetectMessageEnd","onMachine":"hang_up")").on_machine,
              OutboundCall::OnMachine::hang_up);
}

TEST(PlaceCallRequest, names_the_field_at_fault)
{
    expect_refused("[]", "", "not a JSON object");
    expect_refused(R"({"consent":true})", "to", "is missing");
    expect_refused(R"({"to":5551234567,"consent":true})", "to", "must be a string");
    expect_refused(R"({"to":"0555 123","consent":true})", "to", "+15551234567");
    expect_refused(body(R"(,"from":"anonymous")"), "from", "must be a phone number");
    expect_refused(body(R"(,"from":7)"), "from", "must be a string");
    expect_refused(body(R"(,"consentedBy":" ")"), "consentedBy", "must not be blank");
    expect_refused(body(R"(,"consentedBy":")" + std::string(201, 'x') + '"'),
                   "consentedBy",
                   "must not exceed 200 bytes");
    expect_refused(body(R"(,"timeout":0)"), "timeout", "1 to 600 seconds");
    expect_refused(body(R"(,"timeout":601)"), "timeout", "1 to 600 seconds");
    expect_refused(body(R"(,"timeout":1.5)"), "timeout", "1 to 600 seconds");
    expect_refused(body(R"(,"timeout":null)"), "timeout", "1 to 600 seconds");
    expect_refused(body(R"(,"machineDetection":"enable")"), "machineDetection", "DetectMessageEnd");
    expect_refused(
        body(R"(,"machineDetection":"Enable","onMachine":"leave")"), "onMachine", "hang_up");
    expect_refused(body(R"(,"machineDetection":"Enable","machineDetectionTimeout":60)"),
                   "machineDetectionTimeout",
                   "3 to 59 seconds");
    expect_refused(body(R"(,"onMachine":"hang_up")"), "onMachine", "needs machineDetection");
    expect_refused(body(R"(,"machineDetectionTimeout":20)"),
                   "machineDetectionTimeout",
                   "needs machineDetection");
}

TEST(PlaceCallRequest, takes_nothing_but_true_for_consent)
{
    for (const char* consent : {"",
                                R"(,"consent":false)",
                                R"(,"consent":"true")",
                                R"(,"consent":1)",
                                R"(,"consent":null)"})
        expect_refused(
            std::string{R"({"to":"+15551234567")"} + consent + "}", "consent", "must be true");
}

TEST(PlaceCallRequest, asks_for_a_caller_where_there_is_no_caller_id)
{
    const auto order = parse_place_call(body(), "");
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().field, "from");
    EXPECT_NE(order.error().detail.find("PHONY_CALLER_ID"), std::string::npos);
}

TEST(PlaceCallRequest, is_answered_in_the_words_of_the_reference)
{
    EXPECT_EQ(
        placed_body(parsed(), "CA7"),
        R"({"status":"success","message":"Calling +15551234567","callSid":"CA7","state":"dialing"})");
}

TEST(PlaceCallRequest, is_audited_with_the_consent)
{
    EXPECT_EQ(audit_value(parsed()), "+15551234567 from +18578167225, consent: yes");
    EXPECT_EQ(audit_value(parsed(R"(,"consentedBy":"Jane Doe")")),
              "+15551234567 from +18578167225, consent: Jane Doe");
}

}  // namespace
}  // namespace phony::api
