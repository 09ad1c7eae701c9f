#include "simulator/chat_wire.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>

namespace phony::simulator {
namespace {

namespace json = boost::json;

json::object data_of(const std::string& event)
{
    EXPECT_TRUE(event.starts_with("data: ") && event.ends_with("\n\n")) << event;
    return json::parse(event.substr(6)).as_object();
}

ModelRequest request_for(std::string_view options = "{}")
{
    auto request = read_model_request(R"({"model":"m","stream":true,"stream_options":)" +
                                      std::string{options} +
                                      R"(,"messages":[{"role":"user","content":"Hello"}]})");
    EXPECT_TRUE(request);
    return request ? *request : ModelRequest{};
}

TEST(ReadModelRequest, takes_what_the_client_sends)
{
    const auto request = request_for(R"({"include_usage":true,"include_obfuscation":false})");
    EXPECT_EQ(request.model, "m");
    EXPECT_TRUE(request.stream && request.include_usage && !request.include_obfuscation);
    ASSERT_EQ(request.messages.size(), 1U);
    EXPECT_EQ(request.messages[0].content, "Hello");
}

TEST(ReadModelRequest, joins_content_that_comes_in_parts)
{
    const auto request = read_model_request(
        R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},)"
        R"({"type":"image_url"},{"type":"text","text":"b"}]},{"role":"assistant","content":null}]})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->messages[0].content, "ab");
    EXPECT_EQ(request->messages[1].content, "");
    EXPECT_FALSE(request->stream);
    EXPECT_TRUE(request->include_obfuscation);
}

TEST(ReadModelRequest, refuses_in_openai_s_words_and_shape)
{
    for (const char* body : {"",
                             "[]",
                             "{",
                             R"({"messages":[]})",
                             R"({"model":"m"})",
                             R"({"model":"m","messages":[]})",
                             R"({"model":"m","messages":{}})",
                             R"({"model":"m","messages":[1]})",
                             R"({"model":"m","messages":[{"content":"x"}]})"}) {
        const auto refused = read_model_request(body);
        ASSERT_FALSE(refused) << body;
        EXPECT_EQ(refused.error().status, 400U);
        const auto error = json::parse(refused.error().json()).at("error").as_object();
        EXPECT_EQ(error.at("type"), "invalid_request_error");
        EXPECT_TRUE(error.contains("message") && error.contains("param") && error.contains("code"));
    }
}

TEST(CompletionWriter, streams_role_content_finish_usage_and_done)
{
    CompletionWriter writer{request_for(R"({"include_usage":true})"), 1793000000, 1};
    const ScriptedReply reply{{"We", " open"}, {}, {}};

    const auto role = data_of(writer.role());
    EXPECT_EQ(role.at("object"), "chat.completion.chunk");
    EXPECT_EQ(role.at("created"), 1793000000);
    EXPECT_EQ(role.at("choices").at(0).at("delta").at("role"), "assistant");
    EXPECT_EQ(role.at("choices").at(0).at("delta").at("content"), "");
    EXPECT_TRUE(role.at("usage").is_null());
    EXPECT_TRUE(role.contains("obfuscation"));

    const auto content = data_of(writer.content(" \"open\"\n"));
    EXPECT_EQ(content.at("id"), role.at("id"));
    EXPECT_EQ(content.at("choices").at(0).at("delta").at("content"), " \"open\"\n");
    EXPECT_TRUE(content.at("choices").at(0).at("finish_reason").is_null());

    EXPECT_EQ(data_of(writer.finish()).at("choices").at(0).at("finish_reason"), "stop");

    const auto usage = data_of(writer.usage(reply));
    EXPECT_TRUE(usage.at("choices").as_array().empty());
    EXPECT_EQ(usage.at("usage").at("completion_tokens"), 2);
    EXPECT_EQ(CompletionWriter::done(), "data: [DONE]\n\n");
}

TEST(CompletionWriter, leaves_out_what_was_not_asked_for)
{
    CompletionWriter writer{request_for(R"({"include_obfuscation":false})"), 1, 1};
    const auto content = data_of(writer.content("x"));
    EXPECT_FALSE(content.contains("usage"));
    EXPECT_FALSE(content.contains("obfuscation"));
    EXPECT_EQ(writer.usage({}), "");
}

TEST(CompletionWriter, writes_a_whole_completion_in_one_document)
{
    const CompletionWriter writer{request_for(), 1, 1};
    const auto whole = json::parse(writer.completion({{"We", " open"}, {}, {}})).as_object();
    EXPECT_EQ(whole.at("object"), "chat.completion");
    EXPECT_EQ(whole.at("choices").at(0).at("message").at("content"), "We open");
    EXPECT_EQ(whole.at("choices").at(0).at("finish_reason"), "stop");
    EXPECT_GT(whole.at("usage").at("total_tokens").to_number<int>(), 2);
}

TEST(ModelList, holds_the_scripted_model)
{
    EXPECT_EQ(json::parse(model_list(1)).at("data").at(0).at("id"), scripted_model_name.data());
}

}  // namespace
}  // namespace phony::simulator
