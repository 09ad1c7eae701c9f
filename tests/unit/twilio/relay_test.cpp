#include <phony/twilio/relay.hpp>

#include "support/relay_codec.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace phony::twilio {
namespace {

template <typename Input>
Input parsed(std::string_view frame)
{
    return parse_as<ConversationRelay, Input>(frame);
}

std::string why_not(std::string_view frame)
{
    return why_refused<ConversationRelay>(frame);
}

std::string frame_of(const call::Output& output)
{
    ConversationRelay codec;
    const auto frames = codec.frames(output);
    EXPECT_EQ(frames.size(), 1U);
    return frames.empty() ? std::string{} : std::string{frames.front()};
}

TEST(Dialect, is_decided_by_a_key_of_the_first_frame)
{
    EXPECT_EQ(detect_dialect(R"({"type":"setup"})").value(), Dialect::conversation_relay);
    EXPECT_EQ(detect_dialect(R"({"event":"start"})").value(), Dialect::reference);
    EXPECT_EQ(detect_dialect(R"({"event":1,"type":2})").value(), Dialect::conversation_relay);
    for (const auto* frame : {"", "hello", "[]", "{}", R"({"Type":"setup"})", "{\"type\":"}) {
        EXPECT_EQ(detect_dialect(frame).error().code, errc::websocket_error) << frame;
    }
}

TEST(ConversationRelay, reads_twilios_setup)
{
    const auto setup = parsed<call::Connected>(
        R"({"type":"setup","sessionId":"VX5e0c","accountSid":"AC91","parentCallSid":"",
            "callSid":"CA77","from":"+441632960011","to":"+441632960999","callType":"PSTN",
            "direction":"outbound-api","callStatus":"IN_PROGRESS",
            "customParameters":{"tenant":"north-7","callSid":"CA77","odd":7}})");
    EXPECT_EQ(setup.call_sid, "CA77");
    EXPECT_EQ(setup.session_id, "VX5e0c");
    EXPECT_EQ(setup.account_sid, "AC91");
    EXPECT_EQ(setup.from, "+441632960011");
    EXPECT_EQ(setup.to, "+441632960999");
    EXPECT_EQ(setup.direction, "outbound-api");
    EXPECT_EQ(setup.parameters.size(), 2U);
    EXPECT_EQ(setup.parameters.at("tenant"), "north-7");
}

TEST(ConversationRelay, reads_telnyxs_setup)
{
    const auto setup = parsed<call::Connected>(
        R"({"type":"setup","sessionId":"0f1d-22","callSid":"v3:T02l=","callControlId":"v3:T02l=",
            "callSessionId":"x","callLegId":"y","callStatus":"active"})");
    EXPECT_EQ(setup.call_sid, "v3:T02l=");
    EXPECT_EQ(setup.direction, "inbound");
    EXPECT_TRUE(setup.parameters.empty());
}

TEST(ConversationRelay, accepts_a_setup_that_says_nothing)
{
    EXPECT_EQ(parsed<call::Connected>(R"({"type":"setup"})").call_sid, "");
    EXPECT_EQ(parsed<call::Connected>(R"({"type":"setup","customParameters":null,"from":5})").from,
              "");
}

TEST(ConversationRelay, reads_prompts_partial_and_final)
{
    const auto partial =
        parsed<call::Prompted>(R"({"type":"prompt","voicePrompt":"Sto","lang":"en","last":false})");
    EXPECT_EQ(partial.text, "Sto");
    EXPECT_FALSE(partial.final);
    EXPECT_TRUE(
        parsed<call::Prompted>(R"({"type":"prompt","voicePrompt":"Stop","last":true})").final);
    EXPECT_TRUE(parsed<call::Prompted>(R"({"type":"prompt","voicePrompt":"Stop"})").final);
    EXPECT_EQ(parsed<call::Prompted>(R"({"type":"prompt","voicePrompt":" "})").text, " ");
}

TEST(ConversationRelay, cuts_an_endless_prompt_between_characters)
{
    std::string text = "x";
    for (int i = 0; i < 5000; ++i) text += "\xC3\xAB";
    const auto prompt =
        parsed<call::Prompted>(R"({"type":"prompt","voicePrompt":")" + text + "\"}");
    EXPECT_EQ(prompt.text, text.substr(0, 8191));
}

TEST(ConversationRelay, reads_keys)
{
    EXPECT_EQ(parsed<call::KeyPressed>(R"({"type":"dtmf","digit":"4"})").key, '4');
    EXPECT_EQ(parsed<call::KeyPressed>(R"({"type":"dtmf","digit":"#"})").key, '#');
    EXPECT_TRUE(parsed<call::Ignored>(R"({"type":"dtmf","digit":"A"})").known);
    EXPECT_EQ(why_not(R"({"type":"dtmf","digit":"12"})"), "digit is not one character");
    EXPECT_EQ(why_not(R"({"type":"dtmf","digit":"x"})"), "digit is not a key");
}

TEST(ConversationRelay, reads_interrupts_with_the_duration_as_number_string_or_nothing)
{
    for (const auto* duration :
         {R"(,"durationUntilInterruptMs":912)", R"(,"durationUntilInterruptMs":"912")", ""}) {
        const auto interrupt = parsed<call::Interrupted>(
            std::string{R"({"type":"interrupt","utteranceUntilInterrupt":"We open")"} + duration +
            "}");
        EXPECT_EQ(interrupt.heard, "We open");
    }
    EXPECT_EQ(parsed<call::Interrupted>(R"({"type":"interrupt"})").heard, "");
}

TEST(ConversationRelay, reads_who_is_speaking_and_what_was_played)
{
    const auto info = [](std::string_view name, std::string_view value) {
        return std::string{R"({"type":"info","name":")"}
                   .append(name)
                   .append(R"(","value":")")
                   .append(value) +
               "\"}";
    };
    EXPECT_TRUE(parsed<call::AgentSpeaking>(info("agentSpeaking", "on")).on);
    EXPECT_FALSE(parsed<call::AgentSpeaking>(info("agentSpeaking", "off")).on);
    EXPECT_TRUE(parsed<call::CallerSpeaking>(info("clientSpeaking", "on")).on);
    EXPECT_EQ(parsed<call::Played>(info("tokensPlayed", " We open.")).text, " We open.");
    EXPECT_TRUE(parsed<call::Ignored>(info("roundTripDelayMs", "143")).known);
    EXPECT_FALSE(parsed<call::Ignored>(info("brandNew", "1")).known);
    EXPECT_EQ(why_not(info("agentSpeaking", "maybe")), "value is neither on nor off");
}

TEST(ConversationRelay, reads_complaints)
{
    EXPECT_EQ(parsed<call::RelayComplained>(R"({"type":"error","description":"no"})").description,
              "no");
    EXPECT_EQ(parsed<call::RelayComplained>(R"({"type":"error"})").description, "");
}

TEST(ConversationRelay, tells_unknown_types_from_those_that_mean_nothing)
{
    EXPECT_TRUE(parsed<call::Ignored>(R"({"type":"configUpdated","x":{}})").known);
    EXPECT_FALSE(parsed<call::Ignored>(R"({"type":"hologram"})").known);
    EXPECT_FALSE(parsed<call::Ignored>(R"({"type":""})").known);
}

TEST(ConversationRelay, says_what_is_wrong_with_a_malformed_frame_and_never_quotes_it)
{
    EXPECT_EQ(why_not(""), "the frame is not valid JSON");
    EXPECT_EQ(why_not(R"({"type":"prompt")"), "the frame is not valid JSON");
    EXPECT_EQ(why_not("{\"type\":\"\xFF\"}"), "the frame is not valid JSON");
    EXPECT_EQ(why_not(std::string(10'000, '[')), "the frame is not valid JSON");
    EXPECT_EQ(why_not("[]"), "the frame is not a JSON object");
    EXPECT_EQ(why_not("{}"), "type is not a string");
    EXPECT_EQ(why_not(R"({"type":7})"), "type is not a string");
    EXPECT_EQ(why_not(R"({"type":"prompt"})"), "voicePrompt is not a string");
    EXPECT_EQ(why_not(R"({"type":"prompt","voicePrompt":"a","last":"no"})"),
              "last is not a boolean");
    EXPECT_EQ(why_not(R"({"type":"dtmf","digit":4})"), "digit is not one character");
    EXPECT_EQ(why_not(R"({"type":"info"})"), "name is not a string");
    EXPECT_EQ(why_not(R"({"type":"info","name":"tokensPlayed"})"), "value is not a string");
}

TEST(ConversationRelay, writes_speech)
{
    EXPECT_EQ(frame_of(call::Speak{1, "We open ", false, false}),
              R"({"type":"text","token":"We open ","last":false})");
    EXPECT_EQ(frame_of(call::Speak{1, "at \"nine\".\n", true, true}),
              R"({"type":"text","token":"at \"nine\".\n","last":true,"preemptible":true})");
    EXPECT_EQ(frame_of(call::Speak{1, "", true, false}),
              R"({"type":"text","token":"","last":true})");
}

TEST(ConversationRelay, writes_all_digits_in_one_frame_and_none_that_twilio_refuses)
{
    EXPECT_EQ(frame_of(call::PressKeys{"12w#*"}), R"({"type":"sendDigits","digits":"12w#*"})");
    EXPECT_EQ(frame_of(call::PressKeys{"1W\"A2"}), R"({"type":"sendDigits","digits":"12"})");
    ConversationRelay codec;
    EXPECT_TRUE(codec.frames(call::PressKeys{"ABCD"}).empty());
}

TEST(ConversationRelay, needs_no_frame_to_make_room)
{
    ConversationRelay codec;
    EXPECT_TRUE(codec.frames(call::MakeRoom{}).empty());
}

TEST(ConversationRelay, ends_with_or_without_a_transfer)
{
    EXPECT_EQ(frame_of(call::HangUpCall{}), R"({"type":"end"})");
    EXPECT_EQ(
        frame_of(call::TransferCall{"+15559999999"}),
        R"({"type":"end","handoffData":"{\"reason\":\"transfer\",\"target\":\"+15559999999\"}"})");
}

TEST(ConversationRelay, reuses_its_storage_for_the_next_frame)
{
    ConversationRelay codec;
    EXPECT_EQ(codec.frames(call::Speak{1, std::string(500, 'a'), true}).size(), 1U);
    EXPECT_EQ(codec.frames(call::HangUpCall{}).front(), R"({"type":"end"})");
}

TEST(Handoff, comes_back_as_the_number_to_dial)
{
    const auto frame = boost::json::parse(frame_of(call::TransferCall{"+15559999999"}));
    EXPECT_EQ(parse_handoff(frame.at("handoffData").as_string()).value(), "+15559999999");
}

TEST(Handoff, that_is_not_ours_is_refused)
{
    for (const auto* data : {"",
                             "transfer",
                             "[]",
                             "{}",
                             R"({"reason":"transfer"})",
                             R"({"reason":"other","target":"+15559999999"})",
                             R"({"reason":"transfer","target":"911"})",
                             R"({"reason":"transfer","target":15559999999})"}) {
        const auto target = parse_handoff(data);
        ASSERT_FALSE(target) << data;
        EXPECT_EQ(target.error().code, errc::invalid_request);
        EXPECT_EQ(target.error().field, "HandoffData");
    }
}

}  // namespace
}  // namespace phony::twilio
