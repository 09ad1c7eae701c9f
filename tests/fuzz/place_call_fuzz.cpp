#include <phony/api/error.hpp>
#include <phony/api/order_keys.hpp>
#include <phony/api/place_call_request.hpp>
#include <phony/base/form.hpp>
#include <phony/call/command.hpp>
#include <phony/twilio/outbound.hpp>

#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace phony;

namespace {

void require(bool condition)
{
    if (!condition) std::abort();
}

/// What was accepted can be placed: the form says the same, whatever the numbers looked like.
void check(const call::OutboundCall& order)
{
    require(call::to_e164(order.to) == order.to && call::to_e164(order.from) == order.from);
    require(order.ring_seconds >= 1 && order.ring_seconds <= 600);
    require(order.detection_seconds >= 3 && order.detection_seconds <= 59);
    require(order.consented_by.size() <= api::longest_consent);

    const auto form = parse_form(twilio::place_call_form(order, "https://agent.example.net"));
    require(form.has_value());
    require(form->find("To") == order.to && form->find("From") == order.from);
    require(form->find("Timeout") == std::to_string(order.ring_seconds));
    require(form->find("MachineDetection").has_value() ==
            (order.detection != call::OutboundCall::Detection::off));
    require(boost::json::parse(api::placed_body(order, "CA1")).at("callSid") == "CA1");

    api::OrderKeys keys;
    const TimePoint now{};
    require(keys.claim("", "key", order, now).verdict == api::OrderKeys::Verdict::fresh);
    require(keys.claim("", "key", order, now).verdict == api::OrderKeys::Verdict::underway);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const std::string_view caller_id : {"", "+18578167225"}) {
        const auto order = api::parse_place_call(text, caller_id);
        if (order) {
            check(*order);
        } else {
            const auto refusal = boost::json::parse(api::error_body(order.error()));
            require(refusal.at("error").at("code") == "INVALID_REQUEST");
        }
    }
    const auto report = twilio::parse_call_status(text);
    require(!report || (report->state == call::LineState::over) == !report->reason.empty());
    require(!twilio::is_fax(text) || twilio::is_machine(text));
    return 0;
}
