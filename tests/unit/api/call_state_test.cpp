#include <phony/api/call_state.hpp>

#include <boost/json/parse.hpp>

#include <array>
#include <chrono>

#include <gtest/gtest.h>

#include <string>

namespace phony::api {
namespace {

using namespace std::chrono_literals;

/// Folds events a second apart, beginning at the epoch.
class Folded {
public:
    explicit Folded(CallState begun = {}) : state{std::move(begun)} {}

    Folded& operator()(const call::Event& event)
    {
        ++seq;
        state.fold({"CA1", seq, wall(), now()}, event);
        return *this;
    }
    TimePoint now() const { return TimePoint{} + 7h + seq * 1s; }
    WallTime wall() const { return WallTime{} + 1704067200s + seq * 1s; }

    CallState state;
    std::uint64_t seq = 0;
};

const call::CallStarted started{"+15551234567", "+18578167225", "inbound"};

TEST(CallState, tells_where_a_call_stands)
{
    Folded call;
    call(started)(call::Transcript{"Hel", false})(call::Transcript{"Hello"})(
        call::AssistantToken{1, "Hi"})(call::AssistantReply{1, "Hi there!"})(
        call::CommandExecuted{"press", "1"})(call::SupervisorOverride{"text", "I am here", "anna"})(
        call::CallError{"OPENAI_ERROR", "timeout"})(call::Dtmf{'1'});
    EXPECT_EQ(
        call_state_json(call.state, call.now()),
        R"({"callSid":"CA1","state":"active","from":"+15551234567","to":"+18578167225",)"
        R"("direction":"inbound","audio":false,"startedAt":"2024-01-01T00:00:01.000Z","endedAt":null,)"
        R"("endReason":null,"seq":9,"metrics":{"call_duration_seconds":8,"transcript_count":1,)"
        R"("command_count":1,"override_count":1},"errors":1,"interruptions":0,)"
        R"("lastCallerText":"Hello","lastAssistantText":"Hi there!","latency":null,)"
        R"("pendingQuestion":null,"transcript":[)"
        R"({"speaker":"caller","text":"Hello","timestamp":"2024-01-01T00:00:03.000Z"},)"
        R"({"speaker":"assistant","text":"Hi there!","timestamp":"2024-01-01T00:00:05.000Z"},)"
        R"({"speaker":"supervisor","text":"I am here","timestamp":"2024-01-01T00:00:07.000Z"}]})");
}

call::CallStarted placed(call::Progress progress)
{
    return {.from = "+18578167225",
            .to = "+15551234567",
            .direction = "outbound-api",
            .progress = progress};
}

TEST(CallState, of_a_call_that_we_place_begins_before_it_is_answered)
{
    Folded call;
    call(placed(call::Progress::dialing));
    EXPECT_EQ(call.state.phase, CallState::Phase::dialing);
    EXPECT_EQ(call.state.started, call.wall());
    EXPECT_EQ(call.state.duration(call.now() + 5s), 0s);
    EXPECT_NE(call_state_json(call.state, call.now()).find(R"("state":"dialing")"),
              std::string::npos);

    call(placed(call::Progress::ringing));
    EXPECT_EQ(call.state.phase, CallState::Phase::ringing);
    EXPECT_EQ(call.state.started, call.wall() - 1s);
    EXPECT_EQ(call.state.without_transcript().duration(call.now() + 5s), 0s);

    call(placed(call::Progress::connected));
    EXPECT_EQ(call.state.phase, CallState::Phase::active);
    EXPECT_EQ(call.state.started, call.wall());
    EXPECT_EQ(call.state.duration(call.now() + 5s), 5s);

    call(call::CallEnded{"connection_lost", {}})(placed(call::Progress::connected));
    EXPECT_EQ(call.state.started, call.wall() - 2s) << "a call that is resumed began when it began";
}

TEST(CallState, of_a_call_that_never_connected_has_no_duration)
{
    Folded call;
    call(placed(call::Progress::dialing))(call::CallEnded{"busy", {}, false});
    EXPECT_EQ(call.state.phase, CallState::Phase::ended);
    EXPECT_EQ(call.state.end_reason, "busy");
    EXPECT_EQ(call.state.started, call.wall() - 1s);
    EXPECT_EQ(call.state.duration(call.now() + 5s), 0s);
}

TEST(CallState, is_told_without_its_transcript_too)
{
    Folded call;
    call(started)(call::Transcript{"Hello"})(call::Latency{.turn = 1, .gpt_first_token_ms = 12.5});
    const auto calls =
        boost::json::parse(calls_json(std::array{call.state, CallState{}}, call.now()));
    ASSERT_EQ(calls.at("calls").as_array().size(), 2U);
    const auto json = calls.at("calls").at(0).as_object();
    EXPECT_FALSE(json.contains("transcript"));
    EXPECT_EQ(json.at("latency").at("gpt_first_token_ms"), 12.5);
    EXPECT_EQ(json.at("latency").at("turn"), 1);
    EXPECT_EQ(boost::json::parse(call_state_message(call.state, call.now())).at("type"),
              "call_state");
    EXPECT_TRUE(call.state.without_transcript().transcript.empty());
    EXPECT_EQ(call.state.without_transcript().last_caller_text, "Hello");
    EXPECT_EQ(calls_json({}, call.now()), R"({"calls":[]})");
}

TEST(CallState, of_a_reply_that_was_cut_keeps_what_was_heard)
{
    Folded call;
    call(started)(call::Transcript{"One"})(call::SpeechInterrupted{1, "We have"});
    ASSERT_EQ(call.state.transcript.size(), 2U);
    EXPECT_EQ(call.state.transcript.back().text, "We have");
    EXPECT_TRUE(call.state.transcript.back().interrupted);

    call(call::Transcript{"Two"})(call::AssistantReply{2, "There are three of them."});
    call(call::SpeechInterrupted{2, "There are"});
    ASSERT_EQ(call.state.transcript.size(), 4U);
    EXPECT_EQ(call.state.transcript.back().text, "There are");
    EXPECT_EQ(call.state.last_assistant_text, "There are");
    EXPECT_EQ(call.state.interruptions, 2U);

    using enum call::SpeechInterrupted::By;
    call(call::SpeechInterrupted{2, "There", newer_speech});
    EXPECT_EQ(call.state.transcript.back().text, "There");
    EXPECT_EQ(call.state.interruptions, 2U) << "it is no trouble that a supervisor spoke";
}

TEST(CallState, has_a_question_until_it_is_answered_or_expires)
{
    Folded call;
    call(started)(call::ClarificationRequested{"Which room?", 60});
    const auto asked = call.now();
    ASSERT_NE(call.state.pending_question(asked), nullptr);
    EXPECT_EQ(call.state.pending_question(asked)->prompt, "Which room?");
    EXPECT_NE(call.state.pending_question(asked + 59s), nullptr);
    EXPECT_EQ(call.state.pending_question(asked + 60s), nullptr);
    call(call::SupervisorOverride{"dtmf", "1", "anna"});
    EXPECT_NE(call.state.pending_question(asked), nullptr);
    call(call::SupervisorOverride{"clarification", "Room 12", "anna"});
    EXPECT_EQ(call.state.pending_question(asked), nullptr);
}

TEST(CallState, of_a_call_that_was_resumed_goes_on)
{
    Folded call;
    call(started)(call::Transcript{"Hello"})(call::CallEnded{"connection_lost", {}});
    EXPECT_EQ(call.state.phase, CallState::Phase::lost);
    EXPECT_TRUE(call.state.ended.has_value());

    call(started)(call::Transcript{"I am back"});
    EXPECT_EQ(call.state.phase, CallState::Phase::active);
    EXPECT_FALSE(call.state.ended.has_value());
    EXPECT_EQ(call.state.metrics.transcript_count, 2U);
    EXPECT_EQ(call.state.duration(call.now()), 4s);

    call(call::CallEnded{"hung_up", {.call_duration_seconds = 2, .transcript_count = 1}});
    EXPECT_EQ(call.state.phase, CallState::Phase::ended);
    EXPECT_EQ(call.state.end_reason, "hung_up");
    EXPECT_EQ(call.state.metrics.transcript_count, 2U);
    EXPECT_EQ(call.state.metrics.call_duration_seconds, 5);
    EXPECT_EQ(call.state.duration(call.now() + 1h), 5s);
}

TEST(CallState, of_a_long_call_keeps_the_last_of_what_was_said)
{
    Folded call;
    call(started);
    for (std::size_t i = 0; i < CallState::longest_transcript + 10; ++i)
        call(call::Transcript{std::to_string(i)});
    EXPECT_EQ(call.state.transcript.size(), CallState::longest_transcript);
    EXPECT_EQ(call.state.transcript.front().text, "10");
}

}  // namespace
}  // namespace phony::api
