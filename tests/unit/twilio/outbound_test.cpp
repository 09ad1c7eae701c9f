#include <phony/twilio/outbound.hpp>

#include <phony/base/form.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::twilio {
namespace {

using call::LineReport;
using call::LineState;
using call::OutboundCall;

OutboundCall order()
{
    return {.to = "+15551234567", .from = "+18578167225", .consented_by = {}, .ring_seconds = 30};
}

Form form_of(const OutboundCall& call)
{
    const auto form = parse_form(place_call_form(call, "https://agent.example.net/phony"));
    EXPECT_TRUE(form);
    return form ? *form : Form{};
}

TEST(Outbound, form_names_the_numbers_and_our_webhooks)
{
    const auto form = form_of(order());
    const std::vector<FormField> expected{
        {"To", "+15551234567"},
        {"From", "+18578167225"},
        {"Url", "https://agent.example.net/phony/start_call"},
        {"Method", "POST"},
        {"StatusCallback", "https://agent.example.net/phony/call_status"},
        {"StatusCallbackMethod", "POST"},
        {"StatusCallbackEvent", "initiated"},
        {"StatusCallbackEvent", "ringing"},
        {"StatusCallbackEvent", "answered"},
        {"StatusCallbackEvent", "completed"},
        {"Timeout", "30"},
    };
    EXPECT_EQ(std::vector(form.all().begin(), form.all().end()), expected);
}

TEST(Outbound, form_escapes_the_plus_of_a_number)
{
    EXPECT_TRUE(place_call_form(order(), "https://x").starts_with("To=%2B15551234567&"));
}

TEST(Outbound, form_asks_for_machine_detection)
{
    auto call = order();
    call.detection = OutboundCall::Detection::who_answered;
    call.detection_seconds = 20;
    auto form = form_of(call);
    EXPECT_EQ(form.find("MachineDetection"), "Enable");
    EXPECT_EQ(form.find("MachineDetectionTimeout"), "20");
    EXPECT_EQ(form.find("Url"), "https://agent.example.net/phony/start_call?onMachine=hang_up");

    call.detection = OutboundCall::Detection::end_of_greeting;
    call.on_machine = OutboundCall::OnMachine::go_on;
    form = form_of(call);
    EXPECT_EQ(form.find("MachineDetection"), "DetectMessageEnd");
    EXPECT_EQ(form.find("Url"), "https://agent.example.net/phony/start_call");
}

TEST(Outbound, statuses_are_read_in_our_words)
{
    EXPECT_EQ(parse_call_status("queued"), (LineReport{LineState::dialing, {}}));
    EXPECT_EQ(parse_call_status("initiated"), (LineReport{LineState::dialing, {}}));
    EXPECT_EQ(parse_call_status("ringing"), (LineReport{LineState::ringing, {}}));
    EXPECT_EQ(parse_call_status("in-progress"), (LineReport{LineState::answered, {}}));
    EXPECT_EQ(parse_call_status("completed"), (LineReport{LineState::over, "not_connected"}));
    EXPECT_EQ(parse_call_status("busy"), (LineReport{LineState::over, "busy"}));
    EXPECT_EQ(parse_call_status("no-answer"), (LineReport{LineState::over, "no_answer"}));
    EXPECT_EQ(parse_call_status("failed"), (LineReport{LineState::over, "failed"}));
    EXPECT_EQ(parse_call_status("canceled"), (LineReport{LineState::over, "canceled"}));
    EXPECT_EQ(parse_call_status(""), std::nullopt);
    EXPECT_EQ(parse_call_status("Ringing"), std::nullopt);
}

TEST(Outbound, machines_are_told_from_people)
{
    for (const char* machine :
         {"machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax"})
        EXPECT_TRUE(is_machine(machine)) << machine;
    for (const char* person : {"human", "unknown", ""}) EXPECT_FALSE(is_machine(person)) << person;
    EXPECT_TRUE(is_fax("fax"));
    EXPECT_FALSE(is_fax("machine_start"));
}

TEST(Outbound, refusals_are_explained)
{
    EXPECT_EQ(meaning_of_refusal(21211), "the number called is not valid");
    EXPECT_EQ(meaning_of_refusal(1), "");
}

}  // namespace
}  // namespace phony::twilio
