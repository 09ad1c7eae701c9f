#include "simulator/tone_voice.hpp"

#include "simulator/speech_wire.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <gtest/gtest.h>

#include <string>

namespace phony::simulator {
namespace {

std::string all_of(std::string_view text, std::size_t at_once)
{
    ToneVoice voice{text};
    std::string all;
    for (auto pcm = voice.next(at_once); !pcm.empty(); pcm = voice.next(at_once)) all += pcm;
    return all;
}

std::int16_t sample_at(const std::string& pcm, std::size_t at)
{
    return static_cast<std::int16_t>(static_cast<unsigned char>(pcm[2 * at]) |
                                     static_cast<unsigned char>(pcm[(2 * at) + 1]) << 8);
}

TEST(ToneVoice, takes_as_long_as_the_text)
{
    for (const char* text : {"", "Hi", "We open at nine.", "Über fünf"}) {
        const auto pcm = all_of(text, 777);
        const auto length = std::chrono::duration<double>(ToneVoice::time_to_say(text)).count();
        EXPECT_EQ(static_cast<long>(pcm.size()), std::lround(length * ToneVoice::rate * 2)) << text;
    }
    EXPECT_EQ(ToneVoice::time_to_say("Über"), std::chrono::milliseconds{260});
}

TEST(ToneVoice, says_the_same_however_it_is_asked)
{
    EXPECT_EQ(all_of("One moment, please.", 1), all_of("One moment, please.", 100'000));
    EXPECT_NE(all_of("One", 100), all_of("Two", 100));
}

TEST(ToneVoice, begins_and_ends_without_a_click)
{
    const auto pcm = all_of("Oh", 4800);
    int loudest = 0;
    for (std::size_t at = 0; at < pcm.size() / 2; ++at)
        loudest = std::max(loudest, std::abs(int{sample_at(pcm, at)}));
    EXPECT_GT(loudest, 6000);
    EXPECT_LT(loudest, 20'000) << "not clipped";
    EXPECT_LT(std::abs(int{sample_at(pcm, 0)}), 200);
    EXPECT_LT(std::abs(int{sample_at(pcm, (pcm.size() / 2) - 1)}), 3000);
}

TEST(SpeechRequest, is_read_as_openai_documents_it)
{
    const auto request = read_speech_request(
        R"({"model":"gpt-4o-mini-tts","voice":"alloy","input":"Hello","response_format":"pcm"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->voice, "alloy");
    EXPECT_EQ(request->input, "Hello");
}

TEST(SpeechRequest, is_refused_in_openai_s_shape)
{
    const auto param = [](std::string_view body) {
        const auto refused = read_speech_request(body);
        EXPECT_FALSE(refused) << body;
        const auto json = boost::json::parse(refused.error().json()).as_object();
        EXPECT_EQ(refused.error().status, 400U);
        const auto* named = json.at("error").as_object().at("param").if_string();
        return named != nullptr ? std::string{*named} : std::string{};
    };
    EXPECT_EQ(param("{"), "");
    EXPECT_EQ(param(R"({"voice":"alloy","input":"Hi","response_format":"pcm"})"), "model");
    EXPECT_EQ(param(R"({"model":"m","input":"Hi","response_format":"pcm"})"), "voice");
    EXPECT_EQ(param(R"({"model":"m","voice":"alloy","input":"","response_format":"pcm"})"),
              "input");
    EXPECT_EQ(param(R"({"model":"m","voice":"alloy","input":"Hi"})"), "response_format");
    EXPECT_EQ(param(R"({"model":"m","voice":"alloy","response_format":"pcm","input":")" +
                    std::string(5000, 'a') + "\"}"),
              "input");
}

}  // namespace
}  // namespace phony::simulator
