#include <phony/api/override_request.hpp>

#include <phony/api/call_sid.hpp>
#include <phony/base/fields.hpp>
#include <phony/base/json_text.hpp>
#include <phony/base/text.hpp>
#include <phony/call/command.hpp>

#include <utility>
#include <variant>

namespace phony::api {
namespace {

Result<std::string> spoken_text(const Fields& fields, std::string_view key)
{
    const auto text = fields.required_string(key);
    if (!text) return text.error();
    if (is_blank(*text)) {
        return invalid_field(key, "must not be blank");
    }
    if (text->size() > longest_override_text)
        return invalid_field(key, "must not exceed 4000 bytes");
    return std::string{*text};
}

Result<call::Override> say_text(const Fields& fields)
{
    auto text = spoken_text(fields, "text");
    if (!text) return text.error();
    return call::SayText{std::move(*text)};
}

Result<call::Override> send_digit(const Fields& fields)
{
    const auto digit = fields.required_string("digit");
    if (!digit) return digit.error();
    if (digit->size() != 1 || !call::is_dtmf_key(digit->front())) {
        return invalid_field("digit", "must be one of 0-9, * or #");
    }
    return call::SendDigit{digit->front()};
}

Result<call::Override> transfer(const Fields& fields)
{
    const auto target = fields.required_string("target");
    if (!target) return target.error();
    auto number = call::to_e164(*target);
    if (number.empty())
        return invalid_field("target", "must be a phone number such as +15551234567");
    return call::TransferNow{std::move(number)};
}

Result<call::Override> clarify(const Fields& fields)
{
    auto response = spoken_text(fields, "response");
    if (!response) return response.error();
    return call::Clarify{std::move(*response)};
}

Result<call::Override> parse_order(OverrideAction action, const Fields& fields)
{
    switch (action) {
    case OverrideAction::text: return say_text(fields);
    case OverrideAction::dtmf: return send_digit(fields);
    case OverrideAction::transfer: return transfer(fields);
    case OverrideAction::clarification: return clarify(fields);
    case OverrideAction::end: break;
    }
    return call::Override{call::EndNow{}};
}

std::string success_message(const call::Override& order)
{
    if (const auto* transfer = std::get_if<call::TransferNow>(&order)) {
        return "Call transferred to " + transfer->target;
    }
    if (std::holds_alternative<call::SayText>(order)) return "Text sent to caller";
    if (std::holds_alternative<call::SendDigit>(order)) return "DTMF digit sent";
    if (std::holds_alternative<call::Clarify>(order)) return "Clarification sent to AI";
    return "Call ended";
}

}  // namespace

std::string_view name_of(OverrideAction action)
{
    switch (action) {
    case OverrideAction::text: return "text";
    case OverrideAction::dtmf: return "dtmf";
    case OverrideAction::end: return "end";
    case OverrideAction::transfer: return "transfer";
    case OverrideAction::clarification: return "clarification";
    }
    return "text";
}

Result<OverrideRequest> parse_override(OverrideAction action, std::string_view body)
{
    const auto object = parse_object(body);
    if (!object) return object.error();
    const Fields fields{*object};

    const auto call_sid = fields.required_string("callSid");
    if (!call_sid) return call_sid.error();
    if (!is_call_sid(*call_sid)) return invalid_field("callSid", "is not a call SID");

    auto order = parse_order(action, fields);
    if (!order) return order.error();
    return OverrideRequest{std::string{*call_sid}, std::move(*order)};
}

std::string override_success_body(const call::Override& order)
{
    std::string body = R"({"status":"success","message":)";
    append_json_string(body, success_message(order));
    return body += '}';
}

}  // namespace phony::api
