#include "simulator/relay_frames.hpp"

#include <phony/base/fields.hpp>
#include <phony/base/json_text.hpp>

#include <boost/json/object.hpp>

#include <algorithm>

namespace phony::simulator {

namespace {

/// Builds `{"type":"…","key":value,…}` in the order in which it is told.
class FrameText {
public:
    explicit FrameText(std::string_view type) { string("type", type); }

    FrameText& string(std::string_view key, std::string_view value)
    {
        begin(key);
        append_json_string(text_, value);
        return *this;
    }
    FrameText& raw(std::string_view key, std::string_view json)
    {
        begin(key);
        text_ += json;
        return *this;
    }
    std::string done() { return std::move(text_) + "}"; }

private:
    void begin(std::string_view key)
    {
        text_ += text_.empty() ? '{' : ',';
        append_json_string(text_, key);
        text_ += ':';
    }
    std::string text_;
};

bool are_sendable_digits(std::string_view digits)
{
    return !digits.empty() && digits.find_first_not_of("0123456789*#w") == std::string_view::npos;
}

std::optional<Inputs> interruptible_in(const boost::json::object& frame)
{
    const auto* value = frame.if_contains("interruptible");
    return value ? parse_inputs(*value) : std::nullopt;
}

}  // namespace

namespace frames {

std::string setup(const CallIdentity& call,
                  std::string_view session_id,
                  std::string_view status,
                  const Attributes& parameters)
{
    std::string custom = "{";
    for (const auto& [name, value] : parameters) {
        if (custom.size() > 1) custom += ',';
        append_json_string(custom, name);
        custom += ':';
        append_json_string(custom, value);
    }
    return FrameText{"setup"}
        .string("sessionId", session_id)
        .string("callSid", call.call_sid)
        .string("parentCallSid", "")
        .string("from", call.from)
        .string("to", call.to)
        .string("forwardedFrom", call.to)
        .string("callerName", "")
        .string("direction", "inbound")
        .string("callType", "PSTN")
        .string("callStatus", status)
        .string("accountSid", call.account_sid)
        .raw("customParameters", custom + "}")
        .done();
}

std::string info(std::string_view name, std::string_view value)
{
    return FrameText{"info"}.string("name", name).string("value", value).done();
}

std::string prompt(std::string_view text, std::string_view language, bool last)
{
    return FrameText{"prompt"}
        .string("voicePrompt", text)
        .string("lang", language)
        .raw("last", last ? "true" : "false")
        .done();
}

std::string dtmf(char digit)
{
    return FrameText{"dtmf"}.string("digit", std::string_view{&digit, 1}).done();
}

std::string interrupt(std::string_view heard, Duration lasted)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(lasted).count();
    return FrameText{"interrupt"}
        .string("utteranceUntilInterrupt", heard)
        .raw("durationUntilInterruptMs", std::to_string(ms))
        .done();
}

std::string invalid_message(std::string_view frame)
{
    return FrameText{"error"}
        .string("description", "Invalid message received, code: 64107, " + std::string{frame})
        .done();
}

}  // namespace frames

Result<ApplicationFrame> read_application_frame(std::string_view json)
{
    const auto object = parse_object(json);
    if (!object) return object.error();
    const Fields fields{*object};
    const auto type = fields.required_string("type");
    if (!type) return type.error();

    if (*type == "text") {
        const auto token = fields.required_string("token");
        if (!token) return token.error();
        return TextFrame{std::string{*token},
                         fields.boolean("last").value_or(false),
                         fields.boolean("preemptible"),
                         interruptible_in(*object)};
    }
    if (*type == "sendDigits") {
        const auto digits = fields.required_string("digits");
        if (!digits || !are_sendable_digits(*digits))
            return Error{errc::invalid_request, "digits must be some of 0-9 * # w"};
        return SendDigitsFrame{std::string{*digits}};
    }
    if (*type == "end") {
        // A string only: Twilio refuses an object here.
        if (fields.has("handoffData") && !fields.string("handoffData"))
            return Error{errc::invalid_request, "handoffData must be a string"};
        return EndFrame{std::string{fields.string("handoffData").value_or("")}};
    }
    if (*type == "play") {
        const auto source = fields.required_string("source");
        if (!source) return source.error();
        const auto loops = std::clamp<std::int64_t>(fields.integer("loop").value_or(1), 0, 1000);
        return PlayFrame{std::string{*source},
                         loops == 0 ? 1000 : static_cast<int>(loops),
                         fields.boolean("preemptible").value_or(false),
                         interruptible_in(*object)};
    }
    if (*type == "language") {
        const auto transcription = fields.string("transcriptionLanguage");
        if (!transcription && !fields.string("ttsLanguage"))
            return Error{errc::invalid_request, "language names no language"};
        return LanguageFrame{std::string{transcription.value_or("")}};
    }
    return Error{errc::invalid_request, "type is unknown"};
}

}  // namespace phony::simulator
