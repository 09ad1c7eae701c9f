#include <phony/api/place_call_request.hpp>

#include <phony/base/fields.hpp>
#include <phony/base/json_members.hpp>
#include <phony/base/text.hpp>
#include <phony/call/command.hpp>

#include <utility>

namespace phony::api {
namespace {

using call::OutboundCall;

Result<std::string> number_in(std::string_view text, std::string_view key)
{
    auto number = call::to_e164(text);
    if (number.empty()) return invalid_field(key, "must be a phone number such as +15551234567");
    return number;
}

Result<std::string> caller(const Fields& fields, std::string_view caller_id)
{
    if (fields.has("from")) {
        const auto from = fields.required_string("from");
        if (!from) return from.error();
        return number_in(*from, "from");
    }
    if (caller_id.empty()) return invalid_field("from", "is missing, and PHONY_CALLER_ID not set");
    return std::string{caller_id};
}

Result<std::string> consent(const Fields& fields)
{
    if (fields.boolean("consent") != true)
        return invalid_field("consent", "must be true: whoever is called has agreed to it");
    if (!fields.has("consentedBy")) return std::string{};
    const auto by = fields.required_string("consentedBy");
    if (!by) return by.error();
    if (is_blank(*by)) return invalid_field("consentedBy", "must not be blank");
    if (by->size() > longest_consent)
        return invalid_field("consentedBy", "must not exceed 200 bytes");
    return std::string{*by};
}

Result<OutboundCall::Detection> detection(const Fields& fields)
{
    if (!fields.has("machineDetection")) return OutboundCall::Detection::off;
    const auto name = fields.string("machineDetection");
    if (name == "Enable") return OutboundCall::Detection::who_answered;
    if (name == "DetectMessageEnd") return OutboundCall::Detection::end_of_greeting;
    return invalid_field("machineDetection", "must be Enable or DetectMessageEnd");
}

Result<OutboundCall::OnMachine> on_machine(const Fields& fields, OutboundCall::Detection detection)
{
    using OnMachine = OutboundCall::OnMachine;
    if (!fields.has("onMachine"))
        return detection == OutboundCall::Detection::end_of_greeting ? OnMachine::go_on
                                                                     : OnMachine::hang_up;
    if (detection == OutboundCall::Detection::off)
        return invalid_field("onMachine", "needs machineDetection");
    const auto name = fields.string("onMachine");
    if (name == "hang_up") return OnMachine::hang_up;
    if (name == "continue") return OnMachine::go_on;
    return invalid_field("onMachine", "must be hang_up or continue");
}

struct Seconds {
    int least;
    int most;
    std::string_view range;  ///< in words
};

Result<int> seconds(const Fields& fields, std::string_view key, int otherwise, Seconds allowed)
{
    if (!fields.has(key)) return otherwise;
    const auto number = fields.integer(key);
    if (!number || *number < allowed.least || *number > allowed.most)
        return invalid_field(key, allowed.range);
    return static_cast<int>(*number);
}

}  // namespace

Result<OutboundCall> parse_place_call(std::string_view body, std::string_view caller_id)
{
    const auto object = parse_object(body);
    if (!object) return object.error();
    const Fields fields{*object};
    OutboundCall order;

    const auto text = fields.required_string("to");
    if (!text) return text.error();
    auto to = number_in(*text, "to");
    if (!to) return to.error();
    order.to = std::move(*to);

    auto from = caller(fields, caller_id);
    if (!from) return from.error();
    order.from = std::move(*from);

    auto by = consent(fields);
    if (!by) return by.error();
    order.consented_by = std::move(*by);

    const auto ring =
        seconds(fields, "timeout", order.ring_seconds, {1, 600, "must be 1 to 600 seconds"});
    if (!ring) return ring.error();
    order.ring_seconds = *ring;

    const auto detects = detection(fields);
    if (!detects) return detects.error();
    order.detection = *detects;

    const auto reaction = on_machine(fields, *detects);
    if (!reaction) return reaction.error();
    order.on_machine = *reaction;

    constexpr std::string_view patience = "machineDetectionTimeout";
    if (fields.has(patience) && *detects == OutboundCall::Detection::off)
        return invalid_field(patience, "needs machineDetection");
    const auto listens =
        seconds(fields, patience, order.detection_seconds, {3, 59, "must be 3 to 59 seconds"});
    if (!listens) return listens.error();
    order.detection_seconds = *listens;
    return order;
}

std::string placed_body(const OutboundCall& order, std::string_view call_sid)
{
    std::string body = R"({"status":"success")";
    JsonMembers members{body};
    members.add("message", "Calling " + order.to);
    members.add("callSid", call_sid);
    members.add("state", "dialing");
    return body += '}';
}

std::string audit_value(const OutboundCall& order)
{
    std::string value = order.to + " from " + order.from + ", consent: ";
    return value.append(order.consented_by.empty() ? "yes" : order.consented_by);
}

}  // namespace phony::api
