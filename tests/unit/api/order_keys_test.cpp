#include <phony/api/order_keys.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>

namespace phony::api {
namespace {

using namespace std::chrono_literals;
using Verdict = OrderKeys::Verdict;

constexpr TimePoint start = TimePoint{} + 1h;

call::OutboundCall calling(const std::string& number)
{
    return {.to = number, .from = "+18578167225", .consented_by = {}};
}

const call::OutboundCall order = calling("+15551234567");
const KeptAnswer answer{.status = 201, .body = "{}", .location = "/calls/CA1"};

TEST(OrderKeys, answer_the_same_order_the_same)
{
    OrderKeys keys;
    EXPECT_EQ(keys.claim("ada", "k", order, start).verdict, Verdict::fresh);
    EXPECT_EQ(keys.claim("ada", "k", order, start).verdict, Verdict::underway);
    keys.answer("ada", "k", answer, start);
    const auto again = keys.claim("ada", "k", order, start + 23h);
    EXPECT_EQ(again.verdict, Verdict::answered);
    EXPECT_EQ(again.answer, answer);
}

TEST(OrderKeys, take_no_other_order_under_a_key)
{
    OrderKeys keys;
    keys.claim("ada", "k", order, start);
    EXPECT_EQ(keys.claim("ada", "k", calling("+15559999999"), start).verdict, Verdict::other);
    keys.answer("ada", "k", answer, start);
    EXPECT_EQ(keys.claim("ada", "k", calling("+15559999999"), start).verdict, Verdict::other);
}

TEST(OrderKeys, belong_to_whoever_sends_them)
{
    OrderKeys keys;
    keys.claim("ada", "k", order, start);
    EXPECT_EQ(keys.claim("ben", "k", order, start).verdict, Verdict::fresh);
    EXPECT_EQ(keys.claim("ada", "l", order, start).verdict, Verdict::fresh);
}

TEST(OrderKeys, may_be_used_again_for_what_was_withdrawn)
{
    OrderKeys keys;
    keys.claim("ada", "k", order, start);
    keys.withdraw("ada", "k");
    EXPECT_EQ(keys.claim("ada", "k", order, start).verdict, Verdict::fresh);
    keys.answer("ada", "k", answer, start);
    keys.withdraw("ada", "k");
    EXPECT_EQ(keys.claim("ada", "k", order, start).verdict, Verdict::answered);
}

TEST(OrderKeys, are_forgotten_after_a_day)
{
    OrderKeys keys;
    keys.claim("ada", "k", order, start);
    keys.claim("ada", "slow", order, start);
    keys.answer("ada", "k", answer, start + 1s);
    EXPECT_EQ(keys.claim("ada", "k", order, start + 24h).verdict, Verdict::answered);
    EXPECT_EQ(keys.claim("ada", "k", order, start + 24h + 1s).verdict, Verdict::fresh);
    EXPECT_EQ(keys.claim("ada", "slow", order, start + 48h).verdict, Verdict::underway)
        << "while it is not answered it is not over";
}

TEST(OrderKeys, are_forgotten_when_there_are_too_many_the_oldest_first)
{
    OrderKeys keys{2};
    for (const char* key : {"a", "b", "c"}) {
        keys.claim("ada", key, order, start);
        keys.answer("ada", key, answer, start);
    }
    EXPECT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys.claim("ada", "b", order, start).verdict, Verdict::answered);
    EXPECT_EQ(keys.claim("ada", "c", order, start).verdict, Verdict::answered);
    EXPECT_EQ(keys.claim("ada", "a", order, start).verdict, Verdict::fresh);
}

TEST(OrderKeys, are_printable)
{
    EXPECT_TRUE(OrderKeys::is_key("8e03978e-40d5-43e8-bc93-6894a57f9324"));
    EXPECT_TRUE(OrderKeys::is_key(std::string(255, 'x')));
    EXPECT_FALSE(OrderKeys::is_key(""));
    EXPECT_FALSE(OrderKeys::is_key(std::string(256, 'x')));
    EXPECT_FALSE(OrderKeys::is_key("a\tb"));
    EXPECT_FALSE(OrderKeys::is_key("schl\xC3\xBCssel"));
}

}  // namespace
}  // namespace phony::api
