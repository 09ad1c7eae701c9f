#include <phony/twilio/signature.hpp>

#include <gtest/gtest.h>

#include <string>

namespace phony::twilio {
namespace {

const std::string token = "4b1d0c2e7a9f48318c65d2ee90ab7713";
const std::string host = "https://agent.example.net";

SignatureValidator validator(std::string public_url = host)
{
    return {{token}, std::move(public_url)};
}

Form form_of(std::string_view body)
{
    return parse_form(body).value();
}

TEST(Signature, of_a_form_sorts_names_by_bytes_and_keeps_empty_values_and_unicode)
{
    const auto form = form_of(
        "To=%2B441632960999&From=%2B441632960011&Digits=&CallStatus=ringing&CallerName=Zo%C3%AB++"
        "%C5%8Cta&CallSid=CA00112233445566778899aabbccddeeff");
    EXPECT_TRUE(
        validator().form_post("/v1/voice?tenant=north-7", form, "1VZBcA1/RubVbnNtxG+DHL5cL2Y="));
}

TEST(Signature, of_a_form_takes_distinct_values_of_a_repeated_name_sorted)
{
    const auto form = form_of("Tag=b&From=%2B441632960011&Tag=a&Tag=b");
    EXPECT_TRUE(validator().form_post("/v1/voice", form, "SFF5ers+URDOTkPNyjtN4U5k8lI="));
    EXPECT_EQ(sign_form_post(token, host + "/v1/voice", form), "SFF5ers+URDOTkPNyjtN4U5k8lI=");
}

TEST(Signature, of_an_upgrade_is_over_the_wss_url)
{
    EXPECT_TRUE(validator().upgrade("/v1/relay/7f3c", "pNGwELa+f5+T36HhIYTcZ2MJcF8="));
    EXPECT_FALSE(validator().upgrade("/v1/relay/7f3c", sign(token, host + "/v1/relay/7f3c")));
    EXPECT_TRUE(SignatureValidator({token}, "http://agent.example.net")
                    .upgrade("/v1/relay/7f3c", "pNGwELa+f5+T36HhIYTcZ2MJcF8="));
}

TEST(Signature, of_json_needs_the_digest_of_the_body_too)
{
    const std::string target =
        "/v1/hook?bodySHA256=4d3e5e919a0fa4ce61993be4fea42dd5e67ff41619ca22977758e1d5829fadb8";
    const std::string signature = "3/sZt8cn82Qvvx6Aqm/h96uCoWE=";
    EXPECT_TRUE(validator().json(target, R"({"SessionStatus":"ended"})", signature));
    EXPECT_FALSE(validator().json(target, R"({"SessionStatus":"failed"})", signature));
    EXPECT_FALSE(validator().json("/v1/hook", "{}", sign(token, host + "/v1/hook")));
    EXPECT_FALSE(validator().json("/v1/hook?bodySHA256=%", "{}", signature));
}

TEST(Signature, may_be_over_the_url_with_or_without_its_port)
{
    const auto with_port = validator("https://agent.example.net:8443");
    EXPECT_TRUE(with_port.get("/v1/voice", "VWM+WtMEl9Q12dipWcDq+jCJ+vU="));
    EXPECT_TRUE(with_port.get("/v1/voice", "AzBMrmdr0jOWw0E/q4f2iCtdywI="));
    EXPECT_FALSE(with_port.get("/v1/voice", sign(token, "https://agent.example.net:443/v1/voice")));
    EXPECT_FALSE(validator().get("/v1/voice", "VWM+WtMEl9Q12dipWcDq+jCJ+vU="));
}

TEST(Signature, may_be_over_the_standard_port_of_a_url_without_one)
{
    EXPECT_TRUE(validator().get("/a", sign(token, "https://agent.example.net:443/a")));
    EXPECT_TRUE(validator().upgrade("/a", sign(token, "wss://agent.example.net:443/a")));
    EXPECT_TRUE(validator("http://a.test").get("/a", sign(token, "http://a.test:80/a")));
    EXPECT_FALSE(validator().get("/a", sign(token, "https://agent.example.net:80/a")));
}

TEST(Signature, knows_a_port_from_other_colons)
{
    const auto v6 = validator("https://[2001:db8::1]");
    EXPECT_TRUE(v6.get("/a", sign(token, "https://[2001:db8::1]:443/a")));
    const auto v6_port = validator("https://[2001:db8::1]:8443");
    EXPECT_TRUE(v6_port.get("/a", sign(token, "https://[2001:db8::1]/a")));
    const auto user = validator("https://user:secret@a.test");
    EXPECT_TRUE(user.get("/a", sign(token, "https://user:secret@a.test:443/a")));
    EXPECT_TRUE(validator().get("/a?b=c:d", sign(token, "https://agent.example.net:443/a?b=c:d")));
}

TEST(Signature, of_an_upgrade_may_take_the_query_as_part_of_the_url_or_as_a_form)
{
    const std::string target = "/relay/ws?z=%2B1&callSid=CA7";
    EXPECT_TRUE(validator().upgrade(target, sign(token, "wss://agent.example.net" + target)));
    EXPECT_TRUE(
        validator().upgrade(target, sign(token, "wss://agent.example.net/relay/wscallSidCA7z+1")));
    EXPECT_TRUE(validator().upgrade(
        target, sign(token, "wss://agent.example.net:443/relay/wscallSidCA7z+1")));
    EXPECT_FALSE(validator().upgrade(target, sign(token, "wss://agent.example.net/relay/ws")));
}

TEST(Signature, of_an_upgrade_may_have_a_slash_behind_the_path)
{
    EXPECT_TRUE(validator().upgrade("/relay/ws", sign(token, "wss://agent.example.net/relay/ws/")));
    EXPECT_TRUE(
        validator().upgrade("/relay/ws?a=1", sign(token, "wss://agent.example.net/relay/ws/?a=1")));
}

TEST(Signature, is_over_the_public_url_with_its_prefix_and_never_over_a_fragment)
{
    const auto prefixed = validator("https://agent.example.net/phony/");
    EXPECT_TRUE(
        prefixed.get("/a?b=%7e#rc=2", sign(token, "https://agent.example.net/phony/a?b=%7e")));
    EXPECT_TRUE(
        prefixed.upgrade("/relay/ws", sign(token, "wss://agent.example.net/phony/relay/ws")));
}

TEST(Signature, may_come_from_either_token_while_rotating)
{
    const SignatureValidator rotating{{"new", "", "old"}, host};
    EXPECT_TRUE(rotating.get("/a", sign("old", host + "/a")));
    EXPECT_TRUE(rotating.get("/a", sign("new", host + "/a")));
    EXPECT_FALSE(rotating.get("/a", sign("", host + "/a")));
    EXPECT_FALSE(rotating.get("/a", sign("other", host + "/a")));
}

TEST(Signature, that_is_missing_forged_cut_or_huge_is_refused)
{
    const auto good = sign(token, host + "/a");
    EXPECT_TRUE(validator().get("/a", good));
    EXPECT_FALSE(validator().get("/a", ""));
    EXPECT_FALSE(validator().get("/b", good));
    EXPECT_FALSE(validator().get("/a", good.substr(1)));
    EXPECT_FALSE(validator().get("/a", good + "," + good));
    EXPECT_FALSE(validator().get("/a", std::string(1 << 20, 'A')));
}

TEST(SignatureValidator, without_a_token_accepts_nothing)
{
    const SignatureValidator none{{""}, host};
    EXPECT_FALSE(none.enabled());
    EXPECT_FALSE(none.get("/a", ""));
    EXPECT_FALSE(none.get("/a", sign("", host + "/a")));
    EXPECT_TRUE(validator().enabled());
}

}  // namespace
}  // namespace phony::twilio
