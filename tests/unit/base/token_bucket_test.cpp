#include <phony/base/token_bucket.hpp>

#include <chrono>

#include <gtest/gtest.h>

namespace phony {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = TimePoint{} + 1h;

void empty(TokenBucket& bucket, TimePoint now)
{
    while (bucket.take(now)) {}
}

TEST(TokenBucket, lets_a_minute_s_worth_through_at_once)
{
    TokenBucket bucket{100};
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(bucket.take(start)) << i;
    EXPECT_FALSE(bucket.take(start));
}

TEST(TokenBucket, refills_evenly)
{
    TokenBucket bucket{60};
    empty(bucket, start);
    EXPECT_FALSE(bucket.take(start + 999ms));
    EXPECT_TRUE(bucket.take(start + 1001ms));
    EXPECT_FALSE(bucket.take(start + 1001ms));
}

TEST(TokenBucket, never_holds_more_than_a_minute_s_worth)
{
    TokenBucket bucket{3};
    empty(bucket, start);
    int passed = 0;
    while (bucket.take(start + 1h)) ++passed;
    EXPECT_EQ(passed, 3);
}

TEST(TokenBucket, says_how_long_to_wait)
{
    TokenBucket bucket{60};
    EXPECT_EQ(bucket.next(start), 0s);
    empty(bucket, start);
    EXPECT_EQ(std::chrono::round<std::chrono::milliseconds>(bucket.next(start)), 1s);
    EXPECT_EQ(std::chrono::round<std::chrono::milliseconds>(bucket.next(start + 400ms)), 600ms);
}

TEST(TokenBucket, is_full_when_a_minute_has_passed_without_a_request)
{
    TokenBucket bucket{60};
    EXPECT_TRUE(bucket.is_full(start));
    bucket.take(start);
    EXPECT_FALSE(bucket.is_full(start + 500ms));
    EXPECT_TRUE(bucket.is_full(start + 1001ms));
}

TEST(TokenBucket, without_a_limit_lets_all_through)
{
    TokenBucket bucket{0};
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(bucket.take(start));
    EXPECT_EQ(bucket.next(start), 0s);
}

}  // namespace
}  // namespace phony
