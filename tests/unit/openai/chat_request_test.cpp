#include <phony/openai/chat_request.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace phony::openai {
namespace {

namespace json = boost::json;
using call::Message;
using call::Role;

ChatRequest::Settings settings(std::string_view extra_body = "{}")
{
    return {.model = "gpt-5.4-mini",
            .system_prompt = "Be \"brief\".",
            .prompt_cache_key = {},
            .extra_body = json::parse(extra_body).as_object()};
}

json::object fields(const ChatRequest::Settings& settings)
{
    return json::parse(ChatRequest{settings}.body({})).as_object();
}

TEST(ChatRequest, asks_for_a_stream_with_usage_and_without_padding)
{
    const std::vector<Message> dialogue{{Role::user, "Hello?"}, {Role::assistant, "Hi."}};
    EXPECT_EQ(ChatRequest{settings()}.body(dialogue),
              R"({"model":"gpt-5.4-mini","stream":true,)"
              R"("stream_options":{"include_usage":true,"include_obfuscation":false},)"
              R"("max_completion_tokens":1024,)"
              R"("messages":[{"role":"system","content":"Be \"brief\"."},)"
              R"({"role":"user","content":"Hello?"},{"role":"assistant","content":"Hi."}]})");
}

TEST(ChatRequest, a_longer_dialogue_only_appends)
{
    const ChatRequest request{settings(R"({"temperature":0.3,"stop":["\n"],"model":"other"})")};
    std::vector<Message> dialogue;
    std::string before = request.body(dialogue);
    for (const std::string_view words : {"Hello?", "We open at nine.", "\xC3\xA9 \"x\"", "\xFF"}) {
        dialogue.push_back(
            {dialogue.size() % 2 == 0 ? Role::user : Role::assistant, std::string{words}});
        const std::string after = request.body(dialogue);
        EXPECT_TRUE(after.starts_with(std::string_view{before}.substr(0, before.size() - 2)));
        EXPECT_NO_THROW(json::parse(after));
        before = after;
    }
}

TEST(ChatRequest, two_with_the_same_settings_write_the_same_bytes)
{
    constexpr std::string_view extra = R"({"max_completion_tokens":null,"b":1,"a":{"z":1,"y":2}})";
    EXPECT_EQ(ChatRequest{settings(extra)}.body({}), ChatRequest{settings(extra)}.body({}));
}

TEST(ChatRequest, the_extra_body_adds_replaces_and_removes_fields)
{
    const json::object body = fields(settings(
        R"({"stream_options":null,"max_completion_tokens":null,"max_tokens":400,"model":"x","unset":null})"));
    EXPECT_EQ(body, json::parse(R"({"model":"x","stream":true,"max_tokens":400,
        "messages":[{"role":"system","content":"Be \"brief\"."}]})"));
}

TEST(ChatRequest, the_extra_body_cannot_take_the_stream_or_the_messages)
{
    const json::object body = fields(settings(R"({"stream":false,"messages":null})"));
    EXPECT_EQ(body.at("stream"), true);
    EXPECT_EQ(body.at("messages").as_array().size(), 1U);
}

TEST(ChatRequest, the_cache_key_is_sent_when_there_is_one)
{
    EXPECT_FALSE(fields(settings()).contains("prompt_cache_key"));
    ChatRequest::Settings keyed = settings();
    keyed.prompt_cache_key = "reception";
    EXPECT_EQ(fields(keyed).at("prompt_cache_key"), "reception");
}

TEST(ChatRequest, an_empty_system_prompt_is_no_message)
{
    ChatRequest::Settings bare = settings();
    bare.system_prompt.clear();
    const ChatRequest request{bare};
    const std::vector<Message> dialogue{{Role::user, "a"}, {Role::assistant, "b"}};
    EXPECT_EQ(json::parse(request.body(dialogue)).at("messages").as_array().size(), 2U);
    EXPECT_EQ(json::parse(request.body({})).at("messages").as_array().size(), 0U);
}

TEST(ChatRequest, repairs_what_is_not_utf8)
{
    ChatRequest::Settings broken = settings();
    broken.model = "m\xFF";
    const std::vector<Message> dialogue{{Role::user, "caf\xC3"}};
    const json::value body = json::parse(ChatRequest{broken}.body(dialogue));
    EXPECT_EQ(body.at("model"), "m\xEF\xBF\xBD");
    EXPECT_EQ(body.at("messages").at(1).at("content"), "caf\xEF\xBF\xBD");
}

}  // namespace
}  // namespace phony::openai
