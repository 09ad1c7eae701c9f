#include <phony/openai/speech_request.hpp>

#include <gtest/gtest.h>

namespace phony::openai {
namespace {

TEST(SpeechRequest, asks_for_samples_that_can_be_played_as_they_come)
{
    const SpeechRequest request{{.model = "gpt-4o-mini-tts", .voice = "alloy"}};
    EXPECT_EQ(request.body("Say \"hi\"."),
              R"({"model":"gpt-4o-mini-tts","voice":"alloy","response_format":"pcm",)"
              R"("input":"Say \"hi\"."})");
}

TEST(SpeechRequest, takes_for_audio_what_is_not_plainly_something_else)
{
    EXPECT_TRUE(may_be_audio("audio/pcm"));
    EXPECT_TRUE(may_be_audio("application/octet-stream"));
    EXPECT_TRUE(may_be_audio(""));
    EXPECT_FALSE(may_be_audio("application/json; charset=utf-8"));
    EXPECT_FALSE(may_be_audio("text/html"));
}

}  // namespace
}  // namespace phony::openai
