#include "simulator/reference_voice.hpp"

#include <phony/base/base64.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;

std::string media(std::size_t milliseconds)
{
    std::string frame = R"({"event":"media","media":{"chunk":")";
    append_base64(frame, std::string(milliseconds * 8, '\x35'));
    return frame + "\"}}";
}

class ReferenceVoiceTest : public testing::Test {
protected:
    ReferenceVoiceTest() { voice.begin({"CA1", "AC1", "+15550001", "+15550002"}, "", "", {}, now); }

    /// What happens until then, without frames of media.
    std::vector<std::string> until(Duration after)
    {
        std::vector<std::string> happened;
        for (const Happening& happening : voice.due(now + after)) {
            if (const auto* frame = std::get_if<SendFrame>(&happening.what)) {
                if (frame->json.starts_with(R"({"event":"media")"))
                    ++media_sent;
                else
                    happened.push_back(frame->json + (frame->ends_turn ? " ends the turn" : ""));
            } else if (std::holds_alternative<AgentBegan>(happening.what)) {
                happened.push_back("began");
            } else if (const auto* said = std::get_if<AgentSaid>(&happening.what)) {
                happened.push_back(said->text + (said->cut ? " cut" : ""));
            } else if (std::holds_alternative<AgentStopped>(happening.what)) {
                happened.push_back("stopped");
            } else if (std::holds_alternative<CallerInterrupted>(happening.what)) {
                happened.push_back("interrupted");
            } else if (const auto* pressed = std::get_if<AgentPressed>(&happening.what)) {
                happened.push_back("pressed " + pressed->digits);
            }
        }
        return happened;
    }

    ReferenceVoice voice{Pace{}, 7};
    TimePoint now{1h};
    int media_sent = 0;
};

using Happened = std::vector<std::string>;

TEST_F(ReferenceVoiceTest, begins_as_the_reference_documents_it)
{
    EXPECT_EQ(
        until(0s),
        (Happened{R"({"event":"start","callSid":"CA1","from":"+15550001","to":"+15550002"})"}));
}

TEST_F(ReferenceVoiceTest, plays_one_frame_after_the_other)
{
    until(0s);
    voice.receive(media(200), now);
    voice.receive(media(100), now);
    EXPECT_EQ(until(0s), Happened{"began"});
    EXPECT_EQ(until(699ms), Happened{});
    EXPECT_EQ(until(700ms), (Happened{"(300 ms of speech)", "stopped"}));
    EXPECT_FALSE(voice.next_due());
}

TEST_F(ReferenceVoiceTest, falls_silent_when_it_is_cleared)
{
    until(0s);
    voice.receive(media(2000), now);
    voice.receive(R"({"event":"clear"})", now + 500ms);
    EXPECT_EQ(until(500ms),
              (Happened{"began", "(500 ms of speech) cut", "interrupted", "stopped"}));
}

TEST_F(ReferenceVoiceTest, transcribes_the_caller_and_carries_the_voice)
{
    until(0s);
    voice.speak("When are you open?", now);
    const auto happened = until(10s);
    ASSERT_GE(happened.size(), 2U);
    EXPECT_NE(happened.front().find(R"("final":false)"), std::string::npos);
    EXPECT_EQ(happened.back(),
              R"({"event":"transcript","transcript":{"text":"When are you open?",)"
              R"("confidence":0.98,"final":true}} ends the turn)");
    EXPECT_GT(media_sent, 20);
}

TEST_F(ReferenceVoiceTest, answers_the_heartbeat_and_hears_keys)
{
    until(0s);
    voice.receive(R"({"type":"ping"})", now);
    voice.receive(R"({"event":"dtmf","dtmf":{"digit":"5"}})", now);
    EXPECT_EQ(until(0s), (Happened{R"({"type":"pong"})", "pressed 5"}));
}

TEST_F(ReferenceVoiceTest, takes_the_end_of_the_socket_for_the_end_of_the_call)
{
    voice.application_closed(1000);
    voice.lose_connection(now);
    ASSERT_TRUE(voice.ended());
    EXPECT_EQ(voice.ended().value_or(SessionEnd{}).status, SessionEnd::Status::ended);
    ReferenceVoice other{Pace{}, 7};
    other.application_closed(1008);
    other.lose_connection(now);
    ASSERT_TRUE(other.ended());
    EXPECT_EQ(other.ended().value_or(SessionEnd{}).status, SessionEnd::Status::failed);
}

}  // namespace
}  // namespace phony::simulator
