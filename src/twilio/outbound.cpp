#include <phony/twilio/outbound.hpp>

#include <phony/base/form.hpp>
#include <phony/twilio/public_url.hpp>

#include <utility>
#include <vector>

namespace phony::twilio {
namespace {

using call::LineReport;
using call::LineState;
using call::OutboundCall;

std::string answering_url(const OutboundCall& order, std::string_view public_url)
{
    std::string target{start_path};
    if (order.detection != OutboundCall::Detection::off &&
        order.on_machine == OutboundCall::OnMachine::hang_up) {
        target.append("?").append(on_machine_parameter).append("=").append(hang_up_on_machine);
    }
    return url_of(public_url, target);
}

}  // namespace

std::string place_call_form(const OutboundCall& order, std::string_view public_url)
{
    std::vector<FormField> fields{
        {"To", order.to},
        {"From", order.from},
        {"Url", answering_url(order, public_url)},
        {"Method", "POST"},
        {"StatusCallback", url_of(public_url, status_path)},
        {"StatusCallbackMethod", "POST"},
    };
    for (const char* event : {"initiated", "ringing", "answered", "completed"})
        fields.push_back({"StatusCallbackEvent", event});
    fields.push_back({"Timeout", std::to_string(order.ring_seconds)});
    if (order.detection != OutboundCall::Detection::off) {
        const bool to_the_end = order.detection == OutboundCall::Detection::end_of_greeting;
        fields.push_back({"MachineDetection", to_the_end ? "DetectMessageEnd" : "Enable"});
        fields.push_back({"MachineDetectionTimeout", std::to_string(order.detection_seconds)});
    }
    return encode_form(Form{std::move(fields)});
}

std::optional<LineReport> parse_call_status(std::string_view status)
{
    if (status == "queued" || status == "initiated") return LineReport{LineState::dialing, {}};
    if (status == "ringing") return LineReport{LineState::ringing, {}};
    if (status == "in-progress" || status == "answered") return LineReport{LineState::answered, {}};
    if (status == "completed") return LineReport{LineState::over, "not_connected"};
    if (status == "busy") return LineReport{LineState::over, "busy"};
    if (status == "no-answer") return LineReport{LineState::over, "no_answer"};
    if (status == "failed") return LineReport{LineState::over, "failed"};
    if (status == "canceled") return LineReport{LineState::over, "canceled"};
    return std::nullopt;
}

bool is_machine(std::string_view answered_by)
{
    return answered_by.starts_with("machine_") || is_fax(answered_by);
}

bool is_fax(std::string_view answered_by)
{
    return answered_by == "fax";
}

std::string_view meaning_of_refusal(long code)
{
    switch (code) {
    case 10004: return "the account has as many calls as it may";
    case 20003: return "it does not accept TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN";
    case 20429: return "it is asked too often";
    case 21205: return "it cannot use PHONY_PUBLIC_URL";
    case 21210: return "the caller's number is not one of this account";
    case 21211:
    case 21217: return "the number called is not valid";
    case 21215: return "the account may not call this country";
    default: return {};
    }
}

}  // namespace phony::twilio
