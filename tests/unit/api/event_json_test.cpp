#include <phony/api/event_json.hpp>

#include <boost/json/parse.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace phony::api {
namespace {

/// The event between `"callSid":"CA123",` and `,"timestamp"`, after checking what stands around.
std::string fields_of(const call::Event& event)
{
    const EventStamp stamp{"CA123", 3, WallTime{std::chrono::milliseconds{1704067200001}}};
    const auto text = event_json(stamp, event);
    boost::system::error_code ec;
    (void)boost::json::parse(text, ec);
    EXPECT_FALSE(ec) << text;

    const auto head = R"({"type":")" + std::string{type_of(event)} + R"(","callSid":"CA123")";
    const std::string tail = R"(,"timestamp":"2024-01-01T00:00:00.001Z","seq":3})";
    EXPECT_TRUE(text.starts_with(head)) << text;
    EXPECT_TRUE(text.ends_with(tail)) << text;
    return text.substr(head.size(), text.size() - head.size() - tail.size());
}

TEST(EventJson, spells_the_references_events_in_its_order)
{
    EXPECT_EQ(fields_of(call::Transcript{"Hello", true}), R"(,"speaker":"caller","text":"Hello")");
    EXPECT_EQ(fields_of(call::AssistantReply{2, "Hi \"there\"!"}),
              R"(,"text":"Hi \"there\"!","turn":2)");
    EXPECT_EQ(fields_of(call::CommandExecuted{"press", "1"}), R"(,"command":"press","value":"1")");
    EXPECT_EQ(fields_of(call::SupervisorOverride{"text", "Let me help", "ann"}),
              R"(,"action":"text","value":"Let me help","supervisor":"ann")");
}

TEST(EventJson, marks_only_interim_transcripts)
{
    EXPECT_EQ(fields_of(call::Transcript{"Hel", false}),
              R"(,"speaker":"caller","text":"Hel","final":false)");
}

TEST(EventJson, spells_our_own_events)
{
    EXPECT_EQ(fields_of(call::CallStarted{"+1", "+2", "inbound"}),
              R"(,"from":"+1","to":"+2","direction":"inbound","audio":false)");
    EXPECT_EQ(fields_of(call::AssistantToken{2, " and"}), R"(,"turn":2,"text":" and")");
    EXPECT_EQ(fields_of(call::CommandRejected{"press", "x", "bad_digits"}),
              R"(,"command":"press","value":"x","reason":"bad_digits")");
    EXPECT_EQ(fields_of(call::Dtmf{'#'}), R"(,"digit":"#")");
    EXPECT_EQ(fields_of(call::ClarificationRequested{"Which account?", 60}),
              R"(,"prompt":"Which account?","expires_in_seconds":60)");
    EXPECT_EQ(fields_of(call::SpeechInterrupted{2, "We open"}),
              R"(,"turn":2,"heard":"We open","by":"caller")");
    EXPECT_EQ(
        fields_of(call::SpeechInterrupted{2, "We open", call::SpeechInterrupted::By::newer_speech}),
        R"(,"turn":2,"heard":"We open","by":"newer_speech")");
    EXPECT_EQ(fields_of(call::CallError{"OPENAI_ERROR", "timeout"}),
              R"(,"code":"OPENAI_ERROR","message":"timeout")");
}

TEST(EventJson, ends_a_call_with_the_references_metrics)
{
    EXPECT_EQ(fields_of(call::CallEnded{"hung_up", {12.3456, 4, 1, 0}}),
              R"(,"reason":"hung_up","call_duration_seconds":12.346,"transcript_count":4,)"
              R"("command_count":1,"override_count":0)");
}

TEST(EventJson, leaves_out_the_stages_that_a_turn_did_not_reach)
{
    call::Latency latency;
    latency.turn = 3;
    latency.transcript_to_gpt_ms = 0.021;
    latency.gpt_first_token_ms = 400;
    latency.interrupted = true;
    EXPECT_EQ(fields_of(latency),
              R"(,"turn":3,"transcript_to_gpt_ms":0.021,"gpt_first_token_ms":400,)"
              R"("stages":[{"stage":"request_written","ms":0.021},)"
              R"({"stage":"first_token","ms":400}],"total_ms":400.021,)"
              R"("interrupted":true,"failed":false)");
}

TEST(EventJson, joins_a_call_and_its_turns_with_what_others_know_of_them)
{
    EXPECT_EQ(fields_of(call::CallStarted{"+1", "+2", "inbound", "4bf9", true}),
              R"(,"from":"+1","to":"+2","direction":"inbound","audio":true,"traceId":"4bf9")");
    EXPECT_EQ(fields_of(call::CallStarted{.from = "+1",
                                          .to = "+2",
                                          .direction = "outbound-api",
                                          .progress = call::Progress::dialing}),
              R"(,"from":"+1","to":"+2","direction":"outbound-api","audio":false,)"
              R"("state":"dialing")");
    EXPECT_EQ(fields_of(call::Latency{.turn = 1, .trace_id = "4bf9", .request_id = "req_1"}),
              R"(,"turn":1,"stages":[],"total_ms":0,"interrupted":false,"failed":false,)"
              R"("requestId":"req_1","traceId":"4bf9")");
}

TEST(EventJson, writes_numbers_plainly)
{
    const auto number = [](double value) {
        const auto fields = fields_of(call::ClarificationRequested{"", value});
        return fields.substr(fields.rfind(':') + 1);
    };
    EXPECT_EQ(number(0), "0");
    EXPECT_EQ(number(0.0004), "0");
    EXPECT_EQ(number(100), "100");
    EXPECT_EQ(number(1234567.5), "1234567.5");
    EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
    EXPECT_EQ(number(1e300), "null");
}

TEST(EventJson, is_valid_json_whatever_was_said)
{
    EXPECT_EQ(fields_of(call::Transcript{"\xFF\n\x01"}),
              ",\"speaker\":\"caller\",\"text\":\"\xEF\xBF\xBD\\n\\u0001\"");
}

}  // namespace
}  // namespace phony::api
