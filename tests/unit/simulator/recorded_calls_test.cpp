// Each recorded call is replayed against the simulated relay: what the application and the caller
// did goes in at its recorded time, and what comes out must be the recorded frames, in the recorded
// order, with the recorded gaps between them.

#include "simulator/relay_voice.hpp"
#include "support/recorded_call.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;
using From = test::RecordedLine::From;
using std::chrono::milliseconds;

struct Sent {
    milliseconds at;
    boost::json::value frame;
};

/// The attributes with which all of them were recorded.
VoiceSettings recorded_settings()
{
    return VoiceSettings::from({{"welcomeGreeting", test::RecordedCall::greeting},
                                {"transcriptionProvider", "Deepgram"},
                                {"speechModel", "flux"},
                                {"partialPrompts", "true"},
                                {"dtmfDetection", "true"},
                                {"interruptible", "any"},
                                {"reportInputDuringAgentSpeech", "any"},
                                {"events", "speaker-events tokens-played"}});
}

bool is(const boost::json::value& frame, std::string_view type)
{
    const auto* object = frame.if_object();
    const auto* found = object ? object->if_contains("type") : nullptr;
    return found && found->as_string() == type;
}

bool is_client_speaking_on(const test::RecordedLine& line)
{
    return is(line.what, "info") && line.what.at("name").as_string() == "clientSpeaking" &&
           line.what.at("value").as_string() == "on";
}

class Replay {
public:
    explicit Replay(const std::string& name) : call_{test::read_recorded_call(name)}
    {
        Pace pace;
        pace.greeting_delay = call_.greeting_delay;
        pace.shortest_start = pace.longest_start = call_.start_delay;
        voice_.emplace(recorded_settings(), pace, 1);
    }

    std::vector<Sent> run()
    {
        const auto& status = call_.lines.front().what.at("callStatus").as_string();
        voice_->begin({"CA1", "AC1", "+15550100001", "+15550100001"}, "VX1", status, {}, start_);
        for (std::size_t i = 1; i < call_.lines.size(); ++i) feed(i);
        collect(call_.lines.back().at + 2s);
        return std::move(sent_);
    }

    std::vector<test::RecordedLine> expected() const
    {
        std::vector<test::RecordedLine> lines;
        for (const auto& line : call_.lines) {
            if (line.from == From::twilio) lines.push_back(line);
        }
        return lines;
    }

    RelayVoice& voice() { return *voice_; }

private:
    void feed(std::size_t index)
    {
        const auto& line = call_.lines[index];
        const TimePoint now = start_ + line.at;
        if (line.from == From::application) {
            for (const auto& frame : test::frames_of(line.what)) voice_->receive(frame, now);
        } else if (line.from == From::world) {
            if (line.what.as_object().contains("hang_up"))
                voice_->hang_up(now);
            else
                voice_->lose_connection(now);
        } else if (is(line.what, "dtmf")) {
            voice_->press(line.what.at("digit").as_string().front(), now);
        } else if (is(line.what, "prompt") && !line.what.at("last").as_bool() && !speaking_) {
            voice_->speak(speech_from(index), now);
            speaking_ = true;
        } else if (is(line.what, "prompt") && line.what.at("last").as_bool()) {
            speaking_ = false;
        }
        collect(line.at);
    }

    /// What the caller said, from the prompts that were recorded of it.
    CallerSpeech speech_from(std::size_t first) const
    {
        CallerSpeech speech;
        for (std::size_t i = first - 1; i < call_.lines.size(); ++i) {
            const auto& line = call_.lines[i];
            if (is_client_speaking_on(line)) speech.noticed_with = speech.partials.size();
            if (!is(line.what, "prompt")) continue;
            const Duration after = line.at - call_.lines[first].at;
            const std::string text{line.what.at("voicePrompt").as_string()};
            if (line.what.at("last").as_bool()) {
                speech.final_text = text;
                speech.final_after = after;
                break;
            }
            speech.partials.push_back({after, text});
        }
        return speech;
    }

    void collect(milliseconds until)
    {
        for (auto& [at, what] : voice_->due(start_ + until)) {
            const auto ms = std::chrono::round<milliseconds>(at - start_);
            if (auto* frame = std::get_if<SendFrame>(&what))
                sent_.push_back({ms, boost::json::parse(frame->json)});
            else if (auto* close = std::get_if<CloseSocket>(&what))
                sent_.push_back({ms, {{"close", close->code}, {"reason", close->reason}}});
        }
    }

    test::RecordedCall call_;
    TimePoint start_{1h};
    std::optional<RelayVoice> voice_;
    std::vector<Sent> sent_;
    bool speaking_ = false;
};

/// Twilio's own figures vary by about this much from call to call.
bool about(double actual, double recorded, double slack_ms)
{
    return std::abs(actual - recorded) <= std::max(slack_ms, 0.15 * std::abs(recorded));
}

void expect_same_frame(const boost::json::value& actual, const boost::json::value& recorded)
{
    for (const auto& [key, value] : recorded.as_object()) {
        const auto* found = actual.as_object().if_contains(key);
        ASSERT_TRUE(found) << key << " is missing in " << actual;
        if (key == "durationUntilInterruptMs")
            EXPECT_TRUE(about(found->to_number<double>(), value.to_number<double>(), 60)) << actual;
        else
            EXPECT_EQ(boost::json::serialize(*found), boost::json::serialize(value)) << key;
    }
}

class RecordedCalls : public testing::TestWithParam<const char*> {};

TEST_P(RecordedCalls, are_what_the_simulated_relay_does)
{
    Replay replay{GetParam()};
    const auto sent = replay.run();
    const auto expected = replay.expected();

    for (std::size_t i = 0; i < std::min(sent.size(), expected.size()); ++i) {
        SCOPED_TRACE("recorded at " + std::to_string(expected[i].at.count()) + ": " +
                     boost::json::serialize(expected[i].what) + ", sent at " +
                     std::to_string(sent[i].at.count()) + ": " +
                     boost::json::serialize(sent[i].frame));
        expect_same_frame(sent[i].frame, expected[i].what);
        if (i == 0 || HasFailure()) continue;
        const auto gap = (sent[i].at - sent[i - 1].at).count();
        const auto recorded_gap = (expected[i].at - expected[i - 1].at).count();
        // The same 22 characters took from 1155 to 1579 ms.
        const bool spoken = boost::json::serialize(expected[i].what).find("tokensPlayed") !=
                            std::string::npos;
        if (recorded_gap <= 2)
            EXPECT_LE(gap, 2) << "frames of one moment come together";
        else
            EXPECT_TRUE(about(
                static_cast<double>(gap), static_cast<double>(recorded_gap), spoken ? 270 : 120))
                << gap << " ms instead of " << recorded_gap;
        if (HasFailure()) return;
    }
    EXPECT_EQ(sent.size(), expected.size());
}

INSTANTIATE_TEST_SUITE_P(All,
                         RecordedCalls,
                         testing::Values("a_barge_in",
                                         "b_key_during_greeting",
                                         "c_end",
                                         "c_second_session",
                                         "d_socket_drops",
                                         "e_digits_behind_speech",
                                         "f_preempted",
                                         "f_not_preempted",
                                         "g_malformed_frames"),
                         [](const auto& name) { return std::string{name.param}; });

TEST(RecordedCallEnds, are_what_the_action_request_says)
{
    using Status = SessionEnd::Status;
    const std::pair<const char*, SessionEnd> ends[] = {
        {"a_barge_in", {Status::completed, ""}},
        {"c_end", {Status::ended, R"({"reason":"spike","command":"control"})"}},
        {"d_socket_drops", {Status::failed, ""}},
        {"g_malformed_frames", {Status::failed, ""}},
    };
    for (const auto& [name, end] : ends) {
        Replay replay{name};
        replay.run();
        ASSERT_TRUE(replay.voice().ended()) << name;
        EXPECT_EQ(replay.voice().ended()->status, end.status) << name;
        EXPECT_EQ(replay.voice().ended()->handoff_data, end.handoff_data) << name;
    }
}

}  // namespace
}  // namespace phony::simulator
