#include <phony/api/call_sid.hpp>

#include <gtest/gtest.h>

#include <string>

namespace phony::api {
namespace {

TEST(CallSid, may_be_the_references_twilios_or_telnyxs)
{
    EXPECT_TRUE(is_call_sid("CA123"));
    EXPECT_TRUE(is_call_sid("CA3f0a9be17d2c4e5f8a6b7c8d9e0f1a2b"));
    EXPECT_TRUE(is_call_sid("v3:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ=="));
    EXPECT_TRUE(is_call_sid("a.b_c-d"));
}

TEST(CallSid, has_one_to_128_characters_of_which_none_needs_escaping)
{
    EXPECT_FALSE(is_call_sid(""));
    EXPECT_TRUE(is_call_sid(std::string(128, 'a')));
    EXPECT_FALSE(is_call_sid(std::string(129, 'a')));
    for (const auto* bad :
         {"a b", "a/b", "*", "a\"b", "a\nb", "<a>", "a%20", "\xC3\xAB", "a?b", "a&b"}) {
        EXPECT_FALSE(is_call_sid(bad)) << bad;
    }
    EXPECT_FALSE(is_call_sid(std::string_view{"a\0b", 3}));
}

TEST(CallSid, of_a_relay_socket_comes_from_any_place_that_has_one)
{
    EXPECT_EQ(resolve_call_sid("CA1", "", "").value(), "CA1");
    EXPECT_EQ(resolve_call_sid("", "CA1", "").value(), "CA1");
    EXPECT_EQ(resolve_call_sid("", "", "CA1").value(), "CA1");
    EXPECT_EQ(resolve_call_sid("CA1", "CA1", "CA1").value(), "CA1");
    EXPECT_EQ(resolve_call_sid("not usable", "CA1", "").value(), "CA1");
}

TEST(CallSid, of_a_relay_socket_is_refused_when_two_disagree_or_none_is_usable)
{
    EXPECT_EQ(resolve_call_sid("CA1", "CA2", "").error().detail, "two callSids disagree");
    EXPECT_EQ(resolve_call_sid("CA1", "", "CA2").error().detail, "two callSids disagree");
    EXPECT_EQ(resolve_call_sid("", "", "").error().detail, "no usable callSid");
    EXPECT_EQ(resolve_call_sid("*", "a b", "").error().code, errc::websocket_error);
}

}  // namespace
}  // namespace phony::api
