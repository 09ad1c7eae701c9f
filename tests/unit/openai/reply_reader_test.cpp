#include <phony/openai/reply_reader.hpp>

#include "support/every_split.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::openai {
namespace {

using call::ModelFailure;

constexpr std::string_view sentence =
    "We open at nine, and the Caf\xC3\xA9 is \xF0\x9F\x98\x80 nearby.";

std::string recording(const std::string& name)
{
    std::ifstream file{PHONY_TEST_DATA "/openai/" + name, std::ios::binary};
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>{file}, {}};
}

struct Outcome {
    std::string text;
    int completions = 0;
    std::optional<ModelFailure> failure;
    FinishReason finish_reason = FinishReason::none;
    std::optional<Usage> usage;
    std::size_t malformed_events = 0;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read_all(std::span<const std::string_view> reads)
{
    ReplyReader reader;
    Outcome outcome;
    const auto keep = [&](const ReplyReader::Reading& reading) {
        EXPECT_TRUE(reading.text.empty() || (outcome.completions == 0 && !outcome.failure));
        outcome.text += reading.text;
        outcome.completions += reading.complete ? 1 : 0;
        if (reading.failure) {
            EXPECT_FALSE(outcome.failure);
            outcome.failure = reading.failure->reason;
        }
    };
    for (const std::string_view read : reads) keep(reader.read(read));
    keep(reader.finish());
    outcome.finish_reason = reader.finish_reason();
    outcome.usage = reader.usage();
    outcome.malformed_events = reader.malformed_events();
    return outcome;
}

Outcome read_in_every_split(std::string_view stream)
{
    const Outcome whole = read_all(std::span{&stream, 1});
    test::for_each_split(stream, [&](std::span<const std::string_view> reads) {
        ASSERT_EQ(read_all(reads), whole) << "in " << reads.size() << " reads";
    });
    return whole;
}

/// For recordings, of which every split would take long: in reads of each size up to 64 bytes.
Outcome read_in_many_sizes(std::string_view stream)
{
    const Outcome whole = read_all(std::span{&stream, 1});
    for (std::size_t size = 1; size <= 64; ++size) {
        std::vector<std::string_view> reads;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            reads.push_back(stream.substr(at, size));
        }
        EXPECT_EQ(read_all(reads), whole) << "in reads of " << size << " bytes";
    }
    return whole;
}

TEST(ReplyReader, reads_each_kind_of_server)
{
    struct Server {
        std::string recording;
        FinishReason finish_reason = FinishReason::stop;
        std::optional<Usage> usage;
    };
    const Usage billed{.prompt_tokens = 412, .cached_tokens = 0, .completion_tokens = 9};
    Usage cached = billed;
    cached.cached_tokens = 384;

    for (const Server& server : {Server{"openai.sse", FinishReason::stop, cached},
                                 Server{"openrouter.sse", FinishReason::stop, billed},
                                 Server{"azure.sse", FinishReason::stop, std::nullopt},
                                 Server{"vllm.sse", FinishReason::stop, billed},
                                 Server{"llama_cpp.sse", FinishReason::stop, billed},
                                 Server{"ollama.sse", FinishReason::stop, billed},
                                 Server{"gateway.sse", FinishReason::other, std::nullopt},
                                 Server{"surrogates.sse", FinishReason::stop, std::nullopt}}) {
        const Outcome outcome = read_in_many_sizes(recording(server.recording));
        EXPECT_EQ(outcome.text, sentence) << server.recording;
        EXPECT_EQ(outcome.completions, 1) << server.recording;
        EXPECT_EQ(outcome.failure, std::nullopt) << server.recording;
        EXPECT_EQ(outcome.finish_reason, server.finish_reason) << server.recording;
        EXPECT_EQ(outcome.usage, server.usage) << server.recording;
        EXPECT_EQ(outcome.malformed_events, 0U) << server.recording;
    }
}

TEST(ReplyReader, tells_how_each_kind_of_server_fails)
{
    struct Server {
        std::string recording;
        std::string text;
        ModelFailure failure;
    };
    for (const Server& server :
         {Server{"openrouter_error.sse", "We open", ModelFailure::mid_stream},
          Server{"azure_filtered.sse", "We", ModelFailure::filtered},
          Server{"vllm_error.sse", "We", ModelFailure::mid_stream},
          Server{"ollama_error.sse", "We", ModelFailure::mid_stream},
          Server{"gateway_error.sse", "We", ModelFailure::mid_stream},
          Server{"cut.sse", "We open", ModelFailure::cut}}) {
        const Outcome outcome = read_in_many_sizes(recording(server.recording));
        EXPECT_EQ(outcome.text, server.text) << server.recording;
        EXPECT_EQ(outcome.completions, 0) << server.recording;
        EXPECT_EQ(outcome.failure, server.failure) << server.recording;
    }
}

TEST(ReplyReader, the_words_of_one_read_are_one_text)
{
    ReplyReader reader;
    const auto reading = reader.read(
        "data: {\"choices\":[{\"delta\":{\"content\":\"We\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\" open\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\" at\"}}]}\n");
    EXPECT_EQ(reading.text, "We open");
    EXPECT_FALSE(reading.complete);
    EXPECT_EQ(reader.read("\n").text, " at");
}

TEST(ReplyReader, the_last_words_and_the_end_come_together)
{
    ReplyReader reader;
    const auto reading = reader.read(
        "data: {\"choices\":[{\"delta\":{\"content\":\"Bye.\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\" "
        "\\ud83d\"},\"finish_reason\":\"length\"}]}\n\n");
    EXPECT_EQ(reading.text, "Bye. \xEF\xBF\xBD");
    EXPECT_TRUE(reading.complete);
    EXPECT_FALSE(reader.done());
    EXPECT_EQ(reader.finish_reason(), FinishReason::length);
}

TEST(ReplyReader, done_alone_ends_a_reply)
{
    const Outcome outcome = read_in_every_split(
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [DONE]\n\ndata: {\"err");
    EXPECT_EQ(outcome.text, "Hi");
    EXPECT_EQ(outcome.completions, 1);
    EXPECT_EQ(outcome.failure, std::nullopt);
}

TEST(ReplyReader, words_behind_the_end_are_not_spoken)
{
    const Outcome outcome = read_in_every_split(
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\" again\"}}]}\n\n"
        "data: {\"error\":\"late\"}\n\n");
    EXPECT_EQ(outcome.text, "Hi");
    EXPECT_EQ(outcome.completions, 1);
    EXPECT_EQ(outcome.failure, std::nullopt);
}

TEST(ReplyReader, skips_and_counts_what_is_not_json)
{
    const Outcome outcome = read_in_every_split(
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: oops\n\ndata: [1\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\" you\"},\"finish_reason\":\"stop\"}]}\n\n");
    EXPECT_EQ(outcome.text, "Hi you");
    EXPECT_EQ(outcome.malformed_events, 2U);
}

TEST(ReplyReader, an_empty_body_was_cut)
{
    const auto reading = ReplyReader{}.finish();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->reason, ModelFailure::cut);
    EXPECT_TRUE(reading.failure->retryable);
}

TEST(ReplyReader, half_a_character_at_which_the_stream_was_cut_is_spoken_as_a_replacement)
{
    // Long enough for the text to move as it grows, and the end without its blank line.
    ReplyReader reader;
    EXPECT_TRUE(reader
                    .read("data: {\"choices\":[{\"delta\":{\"content\":"
                          "\"Thirty letters and their spaces\\ud83d\"}}]}")
                    .text.empty());
    const auto last = reader.finish();
    EXPECT_EQ(last.text, "Thirty letters and their spaces\xEF\xBF\xBD");
    EXPECT_TRUE(last.failure);
}

TEST(ReplyReader, an_error_says_its_code_but_not_its_message)
{
    const auto reading = ReplyReader{}.read(
        "data: {\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"sk-secret\"}}\n\n");
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->reason, ModelFailure::context_too_long);
    EXPECT_EQ(reading.failure->detail, "an error among the events, context_length_exceeded");
}

}  // namespace
}  // namespace phony::openai
