#include "simulator/relay_voice.hpp"

#include <boost/json.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

struct Line {
    explicit Line(const Attributes& attributes) : voice{VoiceSettings::from(attributes), pace(), 7}
    {
        voice.begin({"CA1", "AC1", "+15550100001", "+15550100002"},
                    "VX1",
                    "RINGING",
                    {{"callSid", "CA1"}},
                    at(0ms));
    }

    static Pace pace()
    {
        Pace pace;
        pace.shortest_start = pace.longest_start = 300ms;
        pace.shortest_final = pace.longest_final = 400ms;
        return pace;
    }
    static TimePoint at(Duration after) { return TimePoint{1h} + after; }

    /// The frames until then, shortened: "prompt Hello", "interrupt Hel", "agentSpeaking on" …
    Lines frames_until(Duration after)
    {
        Lines lines;
        for (const auto& [moment, what] : voice.due(at(after))) {
            if (const auto* close = std::get_if<CloseSocket>(&what))
                lines.push_back("close " + std::to_string(close->code));
            const auto* frame = std::get_if<SendFrame>(&what);
            if (frame == nullptr) continue;
            const auto object = boost::json::parse(frame->json).as_object();
            std::string line{object.at("type").as_string()};
            if (line == "info") line = object.at("name").as_string();
            for (const char* key :
                 {"value", "voicePrompt", "digit", "utteranceUntilInterrupt", "description"}) {
                if (const auto* value = object.if_contains(key))
                    line += " " + std::string{value->as_string()};
            }
            lines.push_back(line);
        }
        return lines;
    }

    RelayVoice voice;
};

const Attributes everything_on = {{"dtmfDetection", "true"},
                                  {"events", "speaker-events tokens-played"},
                                  {"interruptible", "any"}};

TEST(RelayVoice, begins_with_a_setup_frame_that_says_which_call_it_is)
{
    Line line{everything_on};
    const auto happened = line.voice.due(Line::at(0ms));
    ASSERT_EQ(happened.size(), 1U);
    EXPECT_EQ(std::get<SendFrame>(happened[0].what).json,
              R"({"type":"setup","sessionId":"VX1","callSid":"CA1","parentCallSid":"",)"
              R"("from":"+15550100001","to":"+15550100002","forwardedFrom":"+15550100002",)"
              R"("callerName":"","direction":"inbound","callType":"PSTN","callStatus":"RINGING",)"
              R"("accountSid":"AC1","customParameters":{"callSid":"CA1"}})");
}

TEST(RelayVoice, sends_no_info_frames_unless_the_twiml_asked_for_events)
{
    Line line{{{"dtmfDetection", "inband"}, {"interruptible", "true"}, {"voice", "alloy"}}};
    line.voice.receive(R"({"type":"text","token":"Hello there, caller.","last":true})",
                       Line::at(0ms));
    EXPECT_EQ(line.frames_until(5s), Lines{"setup"});
    line.voice.press('5', Line::at(5s));
    EXPECT_EQ(line.frames_until(6s), Lines{"dtmf 5"});
}

TEST(RelayVoice, sends_only_the_final_prompt_unless_partials_were_asked_for)
{
    Line line{everything_on};
    line.voice.speak("When are you open?", Line::at(1s));
    EXPECT_EQ(
        line.frames_until(9s),
        (Lines{"setup", "clientSpeaking on", "clientSpeaking off", "prompt When are you open?"}));
}

TEST(RelayVoice, lets_the_caller_talk_over_speech_that_is_interruptible)
{
    Line line{everything_on};
    line.voice.receive(
        R"({"type":"text","token":"We open at nine on Mondays. And so","last":true})",
        Line::at(0ms));
    line.frames_until(700ms);
    line.voice.speak("Wait.", Line::at(700ms));
    EXPECT_EQ(line.frames_until(3s),
              (Lines{"clientSpeaking on",
                     "tokensPlayed We open",
                     "interrupt We open",
                     "agentSpeaking off",
                     "clientSpeaking off",
                     "prompt Wait."}));
}

TEST(RelayVoice, ignores_what_is_said_over_speech_that_is_not_interruptible)
{
    Line line{{{"interruptible", "dtmf"}, {"dtmfDetection", "true"}}};
    line.voice.receive(R"({"type":"text","token":"We open at nine on Mondays.","last":true})",
                       Line::at(0ms));
    line.frames_until(700ms);
    line.voice.speak("Wait.", Line::at(700ms));
    EXPECT_EQ(line.frames_until(5s), Lines{});
    line.voice.speak("Now?", Line::at(6s));
    EXPECT_EQ(line.frames_until(9s), Lines{"prompt Now?"});
}

TEST(RelayVoice, takes_the_flag_of_the_text_frame_before_the_sessions)
{
    Line line{everything_on};
    line.voice.receive(
        R"({"type":"text","token":"This call is recorded.","last":true,"interruptible":false})",
        Line::at(0ms));
    line.frames_until(700ms);
    line.voice.press('1', Line::at(700ms));
    EXPECT_EQ(line.frames_until(5s),
              (Lines{"tokensPlayed This call is recorded.", "agentSpeaking off"}));
}

TEST(RelayVoice, stays_open_when_a_valid_frame_comes_between_nine_malformed_ones)
{
    Line line{everything_on};
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 9; ++i) line.voice.receive("{", Line::at(1s));
        line.voice.receive(R"({"type":"language","ttsLanguage":"en-GB"})", Line::at(1s));
    }
    const auto frames = line.frames_until(5s);
    EXPECT_EQ(frames.size(), 1U + 18U);
    EXPECT_EQ(frames.back(), "error Invalid message received, code: 64107, {");
    EXPECT_FALSE(line.voice.ended());
}

TEST(RelayVoice, refuses_frames_as_twilio_does)
{
    for (const char* frame : {"not json",
                              "[]",
                              R"({"token":"x"})",
                              R"({"type":"text"})",
                              R"({"type":"text","token":null})",
                              R"({"type":"sendDigits","digits":""})",
                              R"({"type":"sendDigits","digits":"12W"})",
                              R"({"type":"end","handoffData":{"a":1}})",
                              R"({"type":"language"})",
                              R"({"type":"play"})",
                              R"({"type":"clear"})"}) {
        EXPECT_FALSE(read_application_frame(frame)) << frame;
    }
}

TEST(RelayVoice, cuts_the_farewell_when_end_comes_too_early)
{
    Line line{everything_on};
    line.voice.receive(R"({"type":"text","token":"Goodbye and have a nice day.","last":true})",
                       Line::at(0ms));
    line.voice.receive(R"({"type":"end"})", Line::at(900ms));
    EXPECT_EQ(line.frames_until(5s),
              (Lines{"setup", "agentSpeaking on", "tokensPlayed Goodbye and have", "close 1000"}));
    EXPECT_FALSE(line.voice.next_due());
}

TEST(RelayVoice, says_nothing_after_the_caller_hung_up)
{
    Line line{everything_on};
    line.voice.receive(R"({"type":"text","token":"Goodbye.","last":true})", Line::at(0ms));
    line.voice.hang_up(Line::at(100ms));
    line.voice.receive(R"({"type":"text","token":"Hello?","last":true})", Line::at(200ms));
    EXPECT_EQ(line.frames_until(5s), (Lines{"setup", "close 1000"}));
}

TEST(RelayVoice, gives_the_same_call_for_the_same_seed_and_another_for_another)
{
    const auto times = [](std::uint64_t seed) {
        RelayVoice voice{VoiceSettings::from(everything_on), Pace{}, seed};
        voice.begin({}, "VX1", "RINGING", {}, Line::at(0ms));
        voice.receive(R"({"type":"text","token":"Hello.","last":true})", Line::at(0ms));
        voice.speak("Good morning to you.", Line::at(3s));
        std::vector<Duration> moments;
        for (const auto& happening : voice.due(Line::at(20s)))
            moments.push_back(happening.at - Line::at(0ms));
        return moments;
    };
    EXPECT_EQ(times(1), times(1));
    EXPECT_NE(times(1), times(2));
}

TEST(RelayVoice, asks_to_be_called_when_the_next_thing_happens)
{
    Line line{everything_on};
    EXPECT_EQ(line.voice.next_due(), Line::at(0ms)) << "setup is waiting to be sent";
    line.frames_until(0ms);
    EXPECT_FALSE(line.voice.next_due());
    line.voice.receive(R"({"type":"text","token":"Hello.","last":true})", Line::at(10ms));
    EXPECT_EQ(line.voice.next_due(), Line::at(310ms));
}

TEST(Pace, can_be_hurried_but_not_stopped)
{
    EXPECT_EQ(Pace{}.hurried(10).greeting_delay, 70ms);
    EXPECT_EQ(Pace{}.hurried(0).greeting_delay, 700ms);
    EXPECT_EQ(Pace{}.hurried(-1).greeting_delay, 700ms);
}

TEST(CallerSpeech, grows_and_is_revised_until_it_is_final)
{
    Random random{1};
    const auto speech = transcribe("Stop. Please stop talking.", Pace{}, random);
    ASSERT_GE(speech.partials.size(), 4U);
    EXPECT_EQ(speech.partials.front().text, "Stop.");
    EXPECT_EQ(speech.partials[1].text, "Stop, ple");
    EXPECT_EQ(speech.partials.back().text, "Stop. Please stop talking.");
    EXPECT_EQ(speech.final_text, "Stop. Please stop talking.");
    const auto wait = speech.final_after - speech.partials.back().after;
    EXPECT_GE(wait, 350ms);
    EXPECT_LE(wait, 500ms);
}

TEST(CallerSpeech, never_cuts_inside_a_character)
{
    Random random{1};
    for (const auto& partial : transcribe("äöüäöüäöüäöü ßßßßßßßß", Pace{}, random).partials)
        EXPECT_NE(static_cast<unsigned char>(partial.text.back()) & 0xc0U, 0xc0U) << partial.text;
}

}  // namespace
}  // namespace phony::simulator
