#include <phony/twilio/relay.hpp>

#include <phony/base/fields.hpp>
#include <phony/base/json_text.hpp>
#include <phony/call/command.hpp>
#include <phony/twilio/relay_fields.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

namespace phony::twilio {
namespace {

namespace json = boost::json;

call::Connected connected(const Fields& fields)
{
    call::Connected result;
    result.call_sid = text_of(fields, "callSid");
    result.session_id = text_of(fields, "sessionId");
    result.account_sid = text_of(fields, "accountSid");
    result.from = text_of(fields, "from");
    result.to = text_of(fields, "to");
    if (const auto direction = fields.string("direction")) result.direction = *direction;
    if (const auto* parameters = fields.object("customParameters")) {
        for (const auto& [name, value] : *parameters) {
            if (const auto* text = value.if_string()) result.parameters.emplace(name, *text);
        }
    }
    return result;
}

Result<call::Input> transcribed(const Fields& fields)
{
    const auto text = fields.string("voicePrompt");
    if (!text) return malformed("voicePrompt is not a string");
    const auto last = fields.boolean("last");
    if (!last && fields.has("last")) return malformed("last is not a boolean");
    return prompted(*text, last);
}

Result<call::Input> key_pressed(const Fields& fields)
{
    const auto digit = fields.string("digit");
    if (!digit || digit->size() != 1) return malformed("digit is not one character");
    const char key = digit->front();
    if (call::is_dtmf_key(key)) return call::KeyPressed{key};
    if (key >= 'A' && key <= 'D') return call::Ignored{};  // the fourth column: no phone has it
    return malformed("digit is not a key");
}

std::optional<bool> on_or_off(const Fields& fields)
{
    const auto value = fields.string("value");
    if (value == "on") return true;
    if (value == "off") return false;
    return std::nullopt;
}

Result<call::Input> info(const Fields& fields)
{
    const auto name = fields.string("name");
    if (!name) return malformed("name is not a string");
    if (name == "agentSpeaking" || name == "clientSpeaking") {
        const auto on = on_or_off(fields);
        if (!on) return malformed("value is neither on nor off");
        if (name == "agentSpeaking") return call::AgentSpeaking{*on};
        return call::CallerSpeaking{*on};
    }
    if (name == "tokensPlayed") {
        const auto text = fields.string("value");
        if (!text) return malformed("value is not a string");
        return call::Played{std::string{*text}};
    }
    return call::Ignored{.known = name == "roundTripDelayMs"};
}

Result<call::Input> translate(const json::object& frame)
{
    const Fields fields{frame};
    const auto type = fields.string("type");
    if (!type) return malformed("type is not a string");
    if (type == "prompt") return transcribed(fields);
    if (type == "info") return info(fields);
    if (type == "dtmf") return key_pressed(fields);
    if (type == "interrupt") return call::Interrupted{text_of(fields, "utteranceUntilInterrupt")};
    if (type == "setup") return connected(fields);
    if (type == "error") return call::RelayComplained{text_of(fields, "description")};
    return call::Ignored{.known = type == "configUpdated"};
}

void append_text(std::string& out, const call::Speak& speak)
{
    out += R"({"type":"text","token":)";
    append_json_string(out, speak.text);
    out += speak.last ? R"(,"last":true)" : R"(,"last":false)";
    out += speak.preemptible ? R"(,"preemptible":true})" : "}";
}

void append_digits(std::string& out, const call::PressKeys& press)
{
    // Ten invalid frames in a row end the session (64105), so nothing that Twilio refuses is sent.
    std::string digits;
    for (const char key : press.digits) {
        if (call::is_dtmf_key(key) || key == 'w') digits += key;
    }
    if (!digits.empty())
        out.append(R"({"type":"sendDigits","digits":")").append(digits).append("\"}");
}

void append_transfer(std::string& out, const call::TransferCall& transfer)
{
    std::string handoff = R"({"reason":"transfer","target":)";
    append_json_string(handoff, transfer.target);
    handoff += '}';
    out += R"({"type":"end","handoffData":)";
    append_json_string(out, handoff);  // a string that holds JSON: Twilio hands it back verbatim
    out += '}';
}

}  // namespace

Result<Dialect> detect_dialect(std::string_view first_frame)
{
    const auto frame = parse_object(first_frame);
    if (!frame) return malformed("the first frame is not a JSON object");
    if (frame->contains("type")) return Dialect::conversation_relay;
    if (frame->contains("event")) return Dialect::reference;
    return malformed("the first frame has neither type nor event");
}

Result<call::Input> ConversationRelay::parse_frame(std::string_view frame)
{
    // A frame of a conversation is a few hundred bytes; only a long prompt reaches for the heap.
    std::array<unsigned char, 2048> storage;  // NOLINT(*-member-init): scratch space
    json::monotonic_resource memory{storage.data(), storage.size()};
    boost::system::error_code ec;
    const json::value value = json::parse(frame, ec, &memory);
    if (ec) return malformed("the frame is not valid JSON");
    if (!value.is_object()) return malformed("the frame is not a JSON object");
    return translate(value.get_object());
}

std::span<const std::string_view> ConversationRelay::frames(const call::Output& output)
{
    buffer_.clear();
    if (const auto* speak = std::get_if<call::Speak>(&output)) {
        append_text(buffer_, *speak);
    } else if (const auto* press = std::get_if<call::PressKeys>(&output)) {
        append_digits(buffer_, *press);
    } else if (std::holds_alternative<call::HangUpCall>(output)) {
        buffer_ += R"({"type":"end"})";
    } else if (const auto* transfer = std::get_if<call::TransferCall>(&output)) {
        append_transfer(buffer_, *transfer);
    }
    // MakeRoom needs no frame: what may be replaced was sent as preemptible, and newer text does
    // it.
    if (buffer_.empty()) return {};
    frame_ = buffer_;
    return {&frame_, 1};
}

Result<std::string> parse_handoff(std::string_view handoff_data)
{
    const auto object = parse_object(handoff_data);
    if (!object) return invalid_field("HandoffData", "is not a JSON object");
    const Fields fields{*object};
    if (fields.string("reason") != "transfer") {
        return invalid_field("HandoffData", "orders no transfer");
    }
    auto target = call::to_e164(fields.string("target").value_or(""));
    if (target.empty()) return invalid_field("HandoffData", "names no phone number");
    return target;
}

}  // namespace phony::twilio
