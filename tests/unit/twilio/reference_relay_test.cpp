#include <phony/twilio/reference_relay.hpp>

#include "support/relay_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::twilio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <typename Input>
Input parsed(std::string_view frame)
{
    return parse_as<ReferenceRelay, Input>(frame);
}

std::string why_not(std::string_view frame)
{
    return why_refused<ReferenceRelay>(frame);
}

std::vector<std::string> written(const call::Output& output)
{
    ReferenceRelay codec;
    const auto frames = codec.frames(output);
    return {frames.begin(), frames.end()};
}

TEST(ReferenceRelay, reads_the_start_as_documented)
{
    const auto start = parsed<call::Connected>(
        R"({"event":"start","callSid":"CA123","from":"+15551234567","to":"+15559876543"})");
    EXPECT_EQ(start.call_sid, "CA123");
    EXPECT_EQ(start.from, "+15551234567");
    EXPECT_EQ(start.to, "+15559876543");
    EXPECT_TRUE(start.carries_audio) << "nobody has spoken a greeting";
    EXPECT_EQ(parsed<call::Connected>(R"({"event":"start"})").call_sid, "");
}

TEST(ReferenceRelay, reads_transcripts_as_documented)
{
    const auto final = parsed<call::Prompted>(
        R"({"event":"transcript",
            "transcript":{"text":"Hello, how are you?","confidence":0.98,"final":true}})");
    EXPECT_EQ(final.text, "Hello, how are you?");
    EXPECT_TRUE(final.final);
    EXPECT_FALSE(
        parsed<call::Prompted>(R"({"event":"transcript","transcript":{"text":"He","final":false}})")
            .final);
    EXPECT_TRUE(
        parsed<call::Prompted>(R"({"event":"transcript","transcript":{"text":"He"}})").final);
}

TEST(ReferenceRelay, reads_audio_and_forgets_it_with_the_next_frame)
{
    ReferenceRelay codec;
    ASSERT_TRUE(codec.parse_frame(
        R"({"event":"media","media":{"chunk":"//9+fg==","timestamp":1234567890}})"));
    EXPECT_EQ(codec.heard(), "\xFF\xFF~~");
    ASSERT_TRUE(codec.parse_frame(R"({"event":"transcript","transcript":{"text":"Hi"}})"));
    EXPECT_EQ(codec.heard(), "");
    EXPECT_TRUE(
        parsed<call::Ignored>(R"({"event":"media","media":{"chunk":"","timestamp":1}})").known);
}

TEST(ReferenceRelay, reads_keys)
{
    EXPECT_EQ(parsed<call::KeyPressed>(R"({"event":"dtmf","dtmf":{"digit":"#"}})").key, '#');
}

TEST(ReferenceRelay, knows_the_answer_to_its_heartbeat)
{
    EXPECT_TRUE(parsed<call::Ignored>(R"({"type":"pong"})").known);
    EXPECT_FALSE(parsed<call::Ignored>(R"({"type":"setup","callSid":"CA1"})").known);
    EXPECT_FALSE(parsed<call::Ignored>(R"({"event":"weather"})").known);
}

TEST(ReferenceRelay, says_what_is_wrong_with_a_frame)
{
    EXPECT_EQ(why_not("[]"), "the frame is not a JSON object");
    EXPECT_EQ(why_not("{"), "the frame is not a JSON object");
    EXPECT_EQ(why_not("{}"), "event is not a string");
    EXPECT_EQ(why_not(R"({"event":7})"), "event is not a string");
    EXPECT_EQ(why_not(R"({"event":"transcript"})"), "transcript is not an object");
    EXPECT_EQ(why_not(R"({"event":"transcript","transcript":{"text":7}})"),
              "transcript.text is not a string");
    EXPECT_EQ(why_not(R"({"event":"transcript","transcript":{"text":"a","final":"yes"}})"),
              "transcript.final is not a boolean");
    EXPECT_EQ(why_not(R"({"event":"media","media":[]})"), "media is not an object");
    EXPECT_EQ(why_not(R"({"event":"media","media":{}})"), "media.chunk is not a string");
    EXPECT_EQ(why_not(R"({"event":"media","media":{"chunk":"a"}})"), "media.chunk is not base64");
    EXPECT_EQ(why_not(R"({"event":"dtmf","dtmf":{"digit":"12"}})"), "dtmf.digit is not a key");
}

TEST(ReferenceRelay, cuts_endless_transcripts_between_two_characters)
{
    std::string endless;
    for (int at = 0; at < 5000; ++at) endless += "é";
    const auto prompted = parsed<call::Prompted>(
        R"({"event":"transcript","transcript":{"text":"a)" + endless + "\"}}");
    EXPECT_EQ(prompted.text.size(), longest_prompt - 1);
}

TEST(ReferenceRelay, writes_frames_as_documented)
{
    EXPECT_THAT(written(call::MakeRoom{}), ElementsAre(R"({"event":"clear"})"));
    EXPECT_THAT(written(call::PressKeys{"1w#"}),
                ElementsAre(R"({"event":"dtmf","dtmf":{"digit":"1"}})",
                            R"({"event":"dtmf","dtmf":{"digit":"#"}})"));
    EXPECT_THAT(written(call::Speak{1, "Hi", true, true}), IsEmpty());
    EXPECT_THAT(written(call::HangUpCall{}), IsEmpty());
    EXPECT_THAT(written(call::TransferCall{"+15551234567"}), IsEmpty());
    ReferenceRelay codec;
    EXPECT_EQ(codec.media("\xFF\xFF~~"), R"({"event":"media","media":{"chunk":"//9+fg=="}})");
}

}  // namespace
}  // namespace phony::twilio
