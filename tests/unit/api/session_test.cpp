#include <phony/api/session.hpp>

#include <chrono>
#include <cstddef>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony::api {
namespace {

using namespace std::chrono_literals;

const WallTime noon{1'763'812'800s};

/// Of a value that holds one.
SessionClaim claim_of(std::string_view value)
{
    const auto claim = parse_session(value);
    EXPECT_TRUE(claim) << value;
    return claim.value_or(SessionClaim{});
}

TEST(Session, says_who_it_is_and_until_when)
{
    const std::string value = session_value("ada", noon, "secret-a");
    EXPECT_TRUE(value.starts_with("1763812800.616461.")) << value;
    const auto claim = claim_of(value);
    EXPECT_EQ(claim.supervisor, "ada");
    EXPECT_EQ(claim.expires, noon);
    EXPECT_TRUE(claim.is_signed_with("secret-a"));
}

TEST(Session, ends_with_the_token_that_signed_it)
{
    const auto claim = claim_of(session_value("ada", noon, "secret-a"));
    EXPECT_FALSE(claim.is_signed_with("secret-b"));
    EXPECT_FALSE(claim.is_signed_with(""));
}

TEST(Session, that_was_changed_anywhere_is_not_genuine)
{
    const std::string value = session_value("a;\" \xC3\xA4", noon, "secret-a");
    ASSERT_TRUE(claim_of(value).is_signed_with("secret-a"));
    for (std::size_t at = 0; at < value.size(); ++at) {
        for (const char other : {'0', '1', 'a', '.', 'A'}) {
            std::string changed = value;
            if (changed[at] == other) continue;
            changed[at] = other;
            const auto claim = parse_session(changed);
            EXPECT_FALSE(claim && claim->is_signed_with("secret-a")) << changed;
        }
        const auto cut = parse_session(value.substr(0, at));
        EXPECT_FALSE(cut && cut->is_signed_with("secret-a")) << at;
    }
}

TEST(Session, that_makes_no_sense_is_none)
{
    for (const char* value : {"",
                              ".",
                              "..",
                              "1",
                              "1.61",
                              "x.61.00",
                              "-1.61.00",
                              "1.6.00",
                              "1.zz.00",
                              "1..00",
                              "99999999999999999999.61.00",
                              "17638128099.61.00"})
        EXPECT_FALSE(parse_session(value)) << value;
}

TEST(Session, begins_with_a_token)
{
    EXPECT_EQ(parse_sign_in(R"({"token":"secret-a"})").value(), "secret-a");
    for (const char* body : {R"({})", R"({"token":""})", R"({"token":7})"}) {
        const auto refused = parse_sign_in(body);
        ASSERT_FALSE(refused) << body;
        EXPECT_EQ(refused.error().field, "token") << body;
    }
    EXPECT_FALSE(parse_sign_in("secret-a"));
}

TEST(Cookies, are_found_by_their_whole_name)
{
    EXPECT_EQ(find_cookie("phony_session=abc", "phony_session"), "abc");
    EXPECT_EQ(find_cookie("a=1; phony_session=a=b ;c=3", "phony_session"), "a=b");
    EXPECT_EQ(find_cookie("phony_session=1; phony_session=2", "phony_session"), "1");
    for (const char* header : {"",
                               ";",
                               "phony_session",
                               "xphony_session=1",
                               "phony_sessions=1",
                               "a=phony_session=1",
                               "__Host-phony_session=1"})
        EXPECT_EQ(find_cookie(header, "phony_session"), "") << header;
}

}  // namespace
}  // namespace phony::api
