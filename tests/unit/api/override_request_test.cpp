#include <phony/api/override_request.hpp>

#include <phony/call/override.hpp>

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace phony::api {
namespace {

Error refusal(OverrideAction action, std::string_view body)
{
    const auto request = parse_override(action, body);
    EXPECT_FALSE(request) << body;
    return request.error();
}

/// Each action with a body it accepts and the reference's answer.
struct Example {
    OverrideAction action;
    std::string_view name;
    std::string_view body;
    std::string_view value;
    std::string_view message;
};

constexpr Example examples[] = {
    {OverrideAction::text,
     "text",
     R"({"callSid":"CA123456789","text":"Hello, this is a supervisor message"})",
     "Hello, this is a supervisor message",
     "Text sent to caller"},
    {OverrideAction::dtmf,
     "dtmf",
     R"({"callSid":"CA123456789","digit":"1"})",
     "1",
     "DTMF digit sent"},
    {OverrideAction::end, "end", R"({"callSid":"CA123456789"})", "", "Call ended"},
    {OverrideAction::transfer,
     "transfer",
     R"({"callSid":"CA123456789","target":"+15559999999"})",
     "+15559999999",
     "Call transferred to +15559999999"},
    {OverrideAction::clarification,
     "clarification",
     R"({"callSid":"CA123456789","response":"The customer's account number is 12345"})",
     "The customer's account number is 12345",
     "Clarification sent to AI"},
};

TEST(OverrideRequest, reads_the_references_bodies_and_answers_in_its_words)
{
    for (const auto& example : examples) {
        const auto request = parse_override(example.action, example.body);
        ASSERT_TRUE(request) << example.body;
        EXPECT_EQ(request->call_sid, "CA123456789");
        EXPECT_EQ(call::action_of(request->order), example.name);
        EXPECT_EQ(call::value_of(request->order), example.value);
        EXPECT_EQ(override_success_body(request->order),
                  R"({"status":"success","message":")" + std::string{example.message} + "\"}");
    }
}

TEST(OverrideRequest, needs_a_json_object)
{
    for (const auto* body : {"", "{", "[]", "null", "callSid=CA1"}) {
        EXPECT_EQ(refusal(OverrideAction::end, body).code, errc::invalid_request);
    }
}

TEST(OverrideRequest, needs_a_call_sid)
{
    for (const auto& example : examples) {
        EXPECT_EQ(refusal(example.action, "{}").detail, "callSid is missing");
        EXPECT_EQ(refusal(example.action, R"({"callSid":7})").detail, "callSid must be a string");
        EXPECT_EQ(refusal(example.action, R"({"callSid":"a b"})").detail,
                  "callSid is not a call SID");
        EXPECT_EQ(refusal(example.action, "{}").field, "callSid");
    }
}

TEST(OverrideRequest, names_a_missing_field)
{
    EXPECT_EQ(refusal(OverrideAction::text, R"({"callSid":"CA1"})").field, "text");
    EXPECT_EQ(refusal(OverrideAction::dtmf, R"({"callSid":"CA1"})").field, "digit");
    EXPECT_EQ(refusal(OverrideAction::transfer, R"({"callSid":"CA1","target":1})").field, "target");
    EXPECT_EQ(refusal(OverrideAction::clarification, R"({"callSid":"CA1"})").field, "response");
}

TEST(OverrideRequest, takes_exactly_one_key)
{
    for (const std::string digit : {"", "12", "a", "A", "w", " 1", "+"}) {
        EXPECT_EQ(refusal(OverrideAction::dtmf, R"({"callSid":"CA1","digit":")" + digit + "\"}"),
                  (Error{errc::invalid_request, "digit must be one of 0-9, * or #", "digit"}));
    }
    for (const char digit : std::string{"0123456789*#"}) {
        const auto request = parse_override(
            OverrideAction::dtmf, std::string{R"({"callSid":"CA1","digit":")"} + digit + "\"}");
        ASSERT_TRUE(request);
        EXPECT_EQ(std::get<call::SendDigit>(request->order).digit, digit);
    }
}

TEST(OverrideRequest, takes_a_target_as_people_write_it)
{
    const auto request = parse_override(OverrideAction::transfer,
                                        R"({"callSid":"CA1","target":"+1 (555) 999-9999"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(std::get<call::TransferNow>(request->order).target, "+15559999999");
    EXPECT_EQ(
        refusal(OverrideAction::transfer, R"({"callSid":"CA1","target":"5559999999"})").detail,
        "target must be a phone number such as +15551234567");
}

TEST(OverrideRequest, takes_a_text_that_can_be_spoken_and_is_not_endless)
{
    const auto text = [](const std::string& words) {
        return R"({"callSid":"CA1","text":")" + words + "\"}";
    };
    EXPECT_EQ(refusal(OverrideAction::text, text("")).detail, "text must not be blank");
    EXPECT_EQ(refusal(OverrideAction::text, text(R"( \n\t )")).detail, "text must not be blank");
    EXPECT_TRUE(parse_override(OverrideAction::text, text(std::string(4000, 'a'))));
    EXPECT_EQ(refusal(OverrideAction::text, text(std::string(4001, 'a'))).detail,
              "text must not exceed 4000 bytes");
}

}  // namespace
}  // namespace phony::api
