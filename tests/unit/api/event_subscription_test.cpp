#include <phony/api/event_subscription.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::api {
namespace {

TEST(EventSubscription, names_one_call)
{
    const EventSubscription one{.call_sid = "CA123"};
    EXPECT_EQ(parse_subscription("CA123", "", "").value(), one);
    EXPECT_EQ(parse_subscription_message(R"({"callSid":"CA123"})").value(), one);
    EXPECT_EQ(parse_subscription_message(R"({"type":"subscribe","callSid":"CA123","since":null})")
                  .value(),
              one);
}

TEST(EventSubscription, resumes_after_an_event)
{
    const EventSubscription resumed{.call_sid = "CA123", .since = 5};
    EXPECT_EQ(parse_subscription("CA123", "5", "").value(), resumed);
    EXPECT_EQ(parse_subscription_message(R"({"callSid":"CA123","since":5})").value(), resumed);
    EXPECT_EQ(parse_subscription_message(R"({"callSid":"CA123","since":"5"})").value(), resumed);
    EXPECT_EQ(parse_subscription("CA123", "18446744073709551615", "").value().since,
              18446744073709551615U);
}

TEST(EventSubscription, of_all_calls_has_tokens_only_when_it_says_so)
{
    EXPECT_FALSE(parse_subscription("*", "", "").value().tokens);
    EXPECT_TRUE(parse_subscription("*", "", "1").value().tokens);
    EXPECT_TRUE(parse_subscription_message(R"({"callSid":"*","tokens":true})").value().tokens);
    EXPECT_TRUE(parse_subscription_message(R"({"callSid":"*","tokens":1})").value().tokens);
    EXPECT_TRUE(parse_subscription("*", "", "1").value().everywhere());
    EXPECT_TRUE(parse_subscription("CA1", "", "").value().tokens);
    EXPECT_FALSE(parse_subscription("CA1", "", "0").value().tokens);
    EXPECT_FALSE(parse_subscription_message(R"({"callSid":"CA1","tokens":"0"})").value().tokens);
}

TEST(EventSubscription, in_a_query_that_is_wrong_is_refused_with_the_field)
{
    struct Bad {
        std::string call_sid, since, tokens, field;
    };
    const std::vector<Bad> all{{"", "", "", "callSid"},
                               {"CA 1", "", "", "callSid"},
                               {"**", "", "", "callSid"},
                               {std::string(129, 'C'), "", "", "callSid"},
                               {"CA1", "x", "", "since"},
                               {"CA1", "-1", "", "since"},
                               {"CA1", "5 ", "", "since"},
                               {"CA1", "1.5", "", "since"},
                               {"CA1", "18446744073709551616", "", "since"},
                               {"*", "5", "", "since"},
                               {"*", "0", "", "since"},
                               {"*", "", "yes", "tokens"}};
    for (const auto& [call_sid, since, tokens, field] : all) {
        const auto refused = parse_subscription(call_sid, since, tokens);
        ASSERT_FALSE(refused) << call_sid << since << tokens;
        EXPECT_EQ(refused.error().field, field);
        EXPECT_EQ(refused.error().code, errc::websocket_error);
    }
}

TEST(EventSubscription, in_a_message_that_is_wrong_is_refused_with_the_field)
{
    struct Bad {
        std::string message, field;
    };
    const std::vector<Bad> all{{"", ""},
                               {"CA123", ""},
                               {"[]", ""},
                               {"{}", "callSid"},
                               {R"({"callSid":null})", "callSid"},
                               {R"({"callSid":7})", "callSid"},
                               {R"({"callSid":""})", "callSid"},
                               {R"({"callSid":"<script>"})", "callSid"},
                               {R"({"callSid":"CA1","since":-1})", "since"},
                               {R"({"callSid":"CA1","since":1.5})", "since"},
                               {R"({"callSid":"CA1","since":[]})", "since"},
                               {R"({"callSid":"*","since":1})", "since"},
                               {R"({"callSid":"*","tokens":2})", "tokens"},
                               {R"({"callSid":"*","tokens":"yes"})", "tokens"}};
    for (const auto& [message, field] : all) {
        const auto refused = parse_subscription_message(message);
        ASSERT_FALSE(refused) << message;
        EXPECT_EQ(refused.error().field, field) << message;
        EXPECT_EQ(refused.error().detail.find("script"), std::string::npos);
    }
}

}  // namespace
}  // namespace phony::api
