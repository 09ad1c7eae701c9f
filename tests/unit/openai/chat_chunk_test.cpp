#include <phony/openai/chat_chunk.hpp>

#include <phony/openai/chunk_scan.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony::openai {
namespace {

constexpr std::string_view grin = "\xF0\x9F\x98\x80";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Outcome {
    Chunk chunk;
    std::string text;
};

Outcome read(std::string_view data)
{
    Outcome outcome;
    outcome.chunk = ChunkReader{}.read(data, outcome.text);
    return outcome;
}

/// The words of a chunk with this content, written as JSON.
std::string words_of(std::string_view json_string)
{
    const std::string data = R"({"choices":[{"index":0,"delta":{"content":)" +
                             std::string{json_string} + "}}]}";
    std::string as_tree;
    ChunkReader reader;
    EXPECT_FALSE(reader.read_as_tree(data, as_tree).malformed) << data;
    reader.finish(as_tree);

    std::string text;
    reader.read(data, text);
    reader.finish(text);
    EXPECT_EQ(text, as_tree) << data;
    return text;
}

TEST(ChunkReader, an_ordinary_chunk_is_scanned)
{
    constexpr std::string_view data =
        R"({"id":"chatcmpl-Q7m2","object":"chat.completion.chunk","created":1793000000,)"
        R"("model":"gpt-5.4-mini","service_tier":"default","choices":[{"index":0,)"
        R"("delta":{"content":"We open"},"logprobs":null,"finish_reason":null}],)"
        R"("usage":null,"obfuscation":"k2Zx"})";
    ASSERT_TRUE(scan_chunk(data));
    EXPECT_EQ(scan_chunk(data)->content, "We open");  // NOLINT(bugprone-unchecked-optional-access)
    EXPECT_EQ(read(data).text, "We open");
    EXPECT_EQ(read(data).chunk, Chunk{});
}

TEST(ChunkReader, only_content_is_essential)
{
    EXPECT_EQ(read(R"({"choices":[{"delta":{"content":"Hi"}}]})").text, "Hi");
}

TEST(ChunkReader, is_not_misled_by_keys_inside_strings)
{
    EXPECT_EQ(read(R"({"obfuscation":"{\"choices\":[{\"delta\":{\"content\":\"no","choices":[)"
                   R"({"delta":{"reasoning":"\",\"content\":\"no\"","content":"yes"}}]})")
                  .text,
              "yes");
}

TEST(ChunkReader, never_reads_reasoning_or_a_nested_content)
{
    EXPECT_EQ(
        read(R"({"choices":[{"delta":{"content":null,"reasoning":"a","reasoning_content":"b",)"
             R"("reasoning_details":[{"content":"c"}]},"content":"d"}],"content":"e"})")
            .text,
        "");
}

TEST(ChunkReader, the_last_of_a_repeated_key_counts)
{
    EXPECT_EQ(read(R"({"choices":[{"delta":{"content":"a","content":"b"}}]})").text, "b");
    EXPECT_EQ(read(R"({"choices":[{"delta":{"content":"a","c\u006fntent":"b"}}]})").text, "b");
}

TEST(ChunkReader, choices_and_delta_may_be_anything)
{
    for (const std::string_view data : {R"({})",
                                        R"({"choices":null})",
                                        R"({"choices":[]})",
                                        R"({"choices":{}})",
                                        R"({"choices":[null]})",
                                        R"({"choices":[{"delta":null}]})",
                                        R"({"choices":[{"delta":[]}]})",
                                        R"({"choices":[{"index":0}]})",
                                        R"({"choices":[{"delta":{"content":7}}]})",
                                        R"({"error":null,"choices":[]})",
                                        R"({"error":{},"choices":[]})",
                                        R"({"error":"","usage":7})"}) {
        EXPECT_EQ(read(data).chunk, Chunk{}) << data;
        EXPECT_EQ(read(data).text, "") << data;
    }
}

TEST(ChunkReader, ignores_other_choices)
{
    EXPECT_EQ(read(R"({"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"stop"},)"
                   R"({"index":0,"delta":{"content":"yes"}}]})")
                  .text,
              "yes");
    EXPECT_EQ(read(R"({"choices":[{"index":1,"delta":{"content":"no"}}]})").text, "");
}

TEST(ChunkReader, a_refusal_is_spoken)
{
    EXPECT_EQ(read(R"({"choices":[{"delta":{"content":null,"refusal":"I can't."}}]})").text,
              "I can't.");
}

TEST(ChunkReader, names_the_finish_reason)
{
    const auto reason = [](std::string_view name) {
        return read(R"({"choices":[{"delta":{},"finish_reason":)" + std::string{name} + "}]}")
            .chunk.finish_reason;
    };
    EXPECT_EQ(reason("null"), FinishReason::none);
    EXPECT_EQ(reason(R"("")"), FinishReason::none);
    EXPECT_EQ(reason(R"("stop")"), FinishReason::stop);
    EXPECT_EQ(reason(R"("length")"), FinishReason::length);
    EXPECT_EQ(reason(R"("tool_calls")"), FinishReason::tool_calls);
    EXPECT_EQ(reason(R"("function_call")"), FinishReason::tool_calls);
    EXPECT_EQ(reason(R"("content_filter")"), FinishReason::content_filter);
    EXPECT_EQ(reason(R"("eos")"), FinishReason::other);
}

TEST(ChunkReader, done_may_have_space_around_it_and_more_behind)
{
    for (const std::string_view data : {"[DONE]", " [DONE] ", "\t[DONE]\r\n", "[DONE]]"}) {
        EXPECT_TRUE(read(data).chunk.done) << data;
    }
}

TEST(ChunkReader, no_data_is_not_malformed)
{
    EXPECT_EQ(read("").chunk, Chunk{});
    EXPECT_EQ(read("  \n").chunk, Chunk{});
}

TEST(ChunkReader, what_is_not_a_json_object_is_malformed)
{
    for (const std::string_view data : {"hello",
                                        "7",
                                        "[]",
                                        "\"a\"",
                                        "{",
                                        "{}x",
                                        "<html>",
                                        R"({"choices":[{"delta":{"content":"a)",
                                        R"({"choices":[{"delta":{"content":"a"}}])",
                                        R"({"choices":[{"delta":{"content":"\x"}}]})",
                                        R"({"choices":[{"delta":{"content":"\ud8"}}]})",
                                        R"({"choices":[{"delta":{"content":"a"}}],"n":01})",
                                        "{\"choices\":[{\"delta\":{\"content\":\"a\nb\"}}]}"}) {
        EXPECT_TRUE(read(data).chunk.malformed) << data;
        EXPECT_EQ(read(data).text, "") << data;
    }
}

TEST(ChunkReader, reads_errors_of_every_server)
{
    const auto error = [](std::string_view data) { return read(data).chunk.error; };
    EXPECT_EQ(error(R"({"error":{"message":"m","type":"t","param":null,"code":"c"}})"),
              (ServerError{"c", "t", "m"}));
    EXPECT_EQ(
        error(R"({"error":{"code":502,"message":"m"},"choices":[{"delta":{"content":"x"}}]})"),
        (ServerError{"502", "", "m"}));
    EXPECT_EQ(error(R"({"error":"m"})"), (ServerError{"", "", "m"}));
    EXPECT_EQ(error(R"({"object":"error","message":"m","type":"t","code":400})"),
              (ServerError{"400", "t", "m"}));
    EXPECT_EQ(error(R"({"error":true})"), ServerError{});
}

TEST(ChunkReader, an_event_of_type_error_needs_no_error_field)
{
    ChunkReader reader;
    EXPECT_EQ(reader.read_error(R"({"message":"m","code":504})").error,
              (ServerError{"504", "", "m"}));
    EXPECT_EQ(reader.read_error(R"({"error":{"code":"c"}})").error, (ServerError{"c", "", ""}));
    EXPECT_EQ(reader.read_error("gone").error, ServerError{});
}

TEST(ChunkReader, reads_usage_wherever_it_is)
{
    const Chunk chunk =
        read(R"({"choices":[{"delta":{"content":"Hi"}}],"usage":{"prompt_tokens":412,)"
             R"("completion_tokens":9,"prompt_tokens_details":{"cached_tokens":384}}})")
            .chunk;
    EXPECT_EQ(chunk.usage,
              (Usage{.prompt_tokens = 412, .cached_tokens = 384, .completion_tokens = 9}));
    EXPECT_EQ(read(R"({"usage":{"prompt_tokens":-1,"completion_tokens":"x"}})").chunk.usage,
              Usage{});
}

TEST(ChunkReader, decodes_escapes)
{
    EXPECT_EQ(words_of(R"("a\"b\\c\/d\b\f\n\r\t")"), "a\"b\\c/d\b\f\n\r\t");
    EXPECT_EQ(words_of(R"("\u0041\u00e9\u20AC")"), "A\xC3\xA9\xE2\x82\xAC");
    EXPECT_EQ(words_of(R"("x\uD83D\uDE00y")"), "x" + std::string{grin} + "y");
}

TEST(ChunkReader, half_a_pair_becomes_a_replacement_character)
{
    const std::string mark{replacement};
    EXPECT_EQ(words_of(R"("a\ud83db")"), "a" + mark + "b");
    EXPECT_EQ(words_of(R"("a\ude00b")"), "a" + mark + "b");
    EXPECT_EQ(words_of(R"("\ud83d\ud83d\ude00")"), mark + std::string{grin});
    EXPECT_EQ(words_of(R"("\\ud83d")"), "\\ud83d");
    EXPECT_EQ(words_of("\"\xED\x9E\x9D\""), "\xED\x9E\x9D");  // a Hangul syllable beside them
}

TEST(ChunkReader, joins_a_pair_that_is_split_over_two_chunks)
{
    ChunkReader reader;
    std::string text;
    reader.read(R"({"choices":[{"delta":{"content":"Hi \ud83d"}}]})", text);
    EXPECT_EQ(text, "Hi ");
    reader.read(R"({"choices":[{"delta":{"content":""}}]})", text);
    reader.read(R"({"choices":[{"delta":{"content":"\ude00!"},"finish_reason":"stop"}]})", text);
    EXPECT_EQ(text, "Hi " + std::string{grin} + "!");
}

TEST(ChunkReader, joins_a_character_whose_bytes_are_split_over_two_chunks)
{
    ChunkReader reader;
    std::string text;
    EXPECT_FALSE(
        reader.read("{\"choices\":[{\"delta\":{\"content\":\"\xF0\x9F\"}}]}", text).malformed);
    reader.read_as_tree("{\"choices\":[{\"delta\":{\"content\":\"\x98\x80\"}}]}", text);
    EXPECT_EQ(text, grin);
}

TEST(ChunkReader, the_end_and_the_usage_of_an_ordinary_reply_are_scanned)
{
    constexpr std::string_view last =
        R"({"id":"chatcmpl-Q7m2","object":"chat.completion.chunk","choices":[{"index":0,)"
        R"("delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null})";
    constexpr std::string_view bill =
        R"({"id":"chatcmpl-Q7m2","object":"chat.completion.chunk","choices":[],"usage":{)"
        R"("prompt_tokens":1024,"completion_tokens":40,"total_tokens":1064,)"
        R"("prompt_tokens_details":{"cached_tokens":896,"audio_tokens":0}}})";
    const auto end = scan_chunk(last).value_or(ScannedChunk{});
    EXPECT_EQ(end.finish_reason, "stop");
    EXPECT_EQ(end.content, "");
    EXPECT_EQ(end.usage, std::nullopt);
    EXPECT_EQ(read(last).chunk.finish_reason, FinishReason::stop);

    const Usage usage{.prompt_tokens = 1024, .cached_tokens = 896, .completion_tokens = 40};
    EXPECT_EQ(scan_chunk(bill).value_or(ScannedChunk{}).usage, usage);
    EXPECT_EQ(read(bill).chunk.usage, usage);
    EXPECT_EQ(read(R"({"choices":[{"delta":{"content":"a"}}],"usage":{}})").chunk.usage, Usage{});
}

TEST(ScanChunk, gives_up_on_whatever_is_unusual)
{
    for (const std::string_view data :
         {R"({"usage":{"prompt_tokens":1}})",
          R"({"choices":[{"delta":{"content":"a"},"finish_reason":"st\u006fp"}]})",
          R"({"choices":[{"delta":{"content":"a"},"finish_reason":"stop","finish_reason":"x"}]})",
          R"({"choices":[],"choices":[]})",
          R"({"choices":[],"usage":{"prompt_tokens":1,"prompt_tokens":2}})",
          R"({"choices":[],"usage":{"prompt_tokens":-1}})",
          R"({"choices":[],"usage":{"prompt_tokens":1.5}})",
          R"({"choices":[],"usage":{"prompt_tokens":12345678901234567890}})",
          R"({"choices":[],"usage":{"completion_tokens":null}})",
          R"({"choices":[],"usage":{"prompt_tokens_details":{"cached_tokens":"1"}}})",
          R"({"choices":[],"usage":[]})",
          R"({"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]})",
          R"({"choices":[{"index":1,"delta":{"content":"a"}}]})",
          R"({"choices":[{"index":0.5,"delta":{"content":"a"}}]})",
          R"({"choices":[{"delta":{"content":"a","refusal":"b"}}]})",
          R"({"choices":[{"delta":{"content":"a"}}],"error":"b"})",
          R"({"choices":[{"delta":{"content":"a"}}],"object":"error"})",
          R"({"choices":[{"delta":{"content":"a"}}],"x":1e3})",
          R"({"choices":[{"delta":{"content":"a"}}]} {})",
          R"([{"choices":[{"delta":{"content":"a"}}]}])"}) {
        EXPECT_FALSE(scan_chunk(data)) << data;
    }
}

TEST(ContentPattern, finds_what_stands_where_the_last_content_stood)
{
    ContentPattern pattern;
    const auto scan = [&](std::string_view content, std::string_view behind = "}") {
        const std::string data = R"({"choices":[{"index":0,"delta":{"content":")" +
                                 std::string{content} + R"("},"x":1}])" + std::string{behind};
        const auto found = pattern.scan(data);
        const auto walked = scan_chunk(data);
        EXPECT_EQ(found.has_value(), walked.has_value()) << data;
        if (!found || !walked) return std::string{"nothing"};
        EXPECT_EQ(found->content, walked->content) << data;
        EXPECT_EQ(found->usage, walked->usage) << data;
        return std::string{found->content};
    };
    EXPECT_EQ(scan(" we"), " we");
    EXPECT_EQ(scan(" open at noon, on every day but Sundays"),
              " open at noon, on every day but Sundays");
    EXPECT_EQ(scan(""), "");
    EXPECT_EQ(scan(R"(say \"hi\")"), R"(say \"hi\")");
    EXPECT_EQ(scan(R"(a","refusal":"b)"), "nothing")
        << "ends where the last one ended, but is not one";
    EXPECT_EQ(scan("a\nb"), "nothing");
    EXPECT_EQ(scan("12345678\n"), "nothing");
    EXPECT_EQ(scan("again"), "again");
    EXPECT_EQ(scan("again", "]"), "nothing");
    EXPECT_EQ(scan("again", R"(,"error":{}})"), "nothing");
    EXPECT_EQ(scan("and now", R"(,"usage":null})"), "and now");
    EXPECT_EQ(scan("and then", R"(,"usage":null})"), "and then");
    EXPECT_EQ(scan("and so on", R"(,"usage":{"prompt_tokens":7}})"), "and so on");
    EXPECT_EQ(scan("and so on", R"(,"usage":{"prompt_tokens":8}})"), "and so on")
        << "a usage is read each time";
    EXPECT_FALSE(pattern.scan(""));
}

}  // namespace
}  // namespace phony::openai
