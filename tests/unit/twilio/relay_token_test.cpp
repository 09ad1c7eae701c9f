#include <phony/twilio/relay_token.hpp>

#include <chrono>
#include <cstddef>

#include <gtest/gtest.h>

#include <string>

namespace phony::twilio {
namespace {

using namespace std::chrono_literals;
using Verdict = RelayTokens::Verdict;

constexpr WallTime now{1'767'225'300s};
const RelayTokens tokens{{"secret"}};

TEST(RelayToken, is_good_for_its_call_until_it_expires)
{
    const auto token = tokens.issue("CA77", now);
    EXPECT_TRUE(token.starts_with("1767225600.")) << token;
    EXPECT_EQ(tokens.check("CA77", token, now), Verdict::valid);
    EXPECT_EQ(tokens.check("CA77", token, now + RelayTokens::lifetime - 1s), Verdict::valid);
    EXPECT_EQ(tokens.check("CA77", token, now + RelayTokens::lifetime), Verdict::expired);
    EXPECT_EQ(tokens.check("CA77", token, now + 24h), Verdict::expired);
}

TEST(RelayToken, of_a_clock_that_was_ahead_is_not_good_for_as_long_as_that)
{
    const auto token = tokens.issue("CA77", now);
    EXPECT_EQ(tokens.check("CA77", token, now - 4min), Verdict::valid);
    EXPECT_EQ(tokens.check("CA77", token, now - 24h), Verdict::expired);
    EXPECT_EQ(tokens.check("CA77", token, WallTime{}), Verdict::expired);
}

TEST(RelayToken, is_worth_nothing_to_another_call)
{
    const auto token = tokens.issue("CA77", now);
    for (const auto* other : {"CA78", "CA7", "CA777", "ca77", ""})
        EXPECT_EQ(tokens.check(other, token, now), Verdict::forged) << other;
}

TEST(RelayToken, cannot_be_changed_in_any_place)
{
    const auto token = tokens.issue("CA77", now);
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string changed = token;
        changed[at] = changed[at] == '1' ? '2' : '1';
        EXPECT_EQ(tokens.check("CA77", changed, now), Verdict::forged) << changed;
        EXPECT_EQ(tokens.check("CA77", token.substr(0, at), now), Verdict::forged) << at;
    }
    EXPECT_EQ(tokens.check("CA77", token + "0", now), Verdict::forged);
    EXPECT_EQ(tokens.check("CA77", "+" + token, now), Verdict::forged);
    EXPECT_EQ(tokens.check("CA77", "99999999999999999999." + token, now), Verdict::forged);
}

TEST(RelayToken, of_one_process_is_known_to_every_other_while_auth_tokens_are_rotated)
{
    const RelayTokens rotating{{"new", "secret"}};
    EXPECT_EQ(rotating.check("CA77", tokens.issue("CA77", now), now), Verdict::valid);
    EXPECT_EQ(RelayTokens({"secret", "new"}).check("CA77", rotating.issue("CA77", now), now),
              Verdict::valid);
    EXPECT_EQ(tokens.check("CA77", rotating.issue("CA77", now), now), Verdict::forged);
}

TEST(RelayToken, is_not_issued_without_an_auth_token)
{
    for (const RelayTokens& none : {RelayTokens{}, RelayTokens{{""}}}) {
        EXPECT_FALSE(none.enabled());
        EXPECT_EQ(none.issue("CA77", now), "");
        EXPECT_EQ(none.check("CA77", tokens.issue("CA77", now), now), Verdict::forged);
    }
}

}  // namespace
}  // namespace phony::twilio
