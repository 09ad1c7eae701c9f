#include <phony/twilio/reference_relay.hpp>

#include <phony/base/base64.hpp>
#include <phony/base/fields.hpp>
#include <phony/call/command.hpp>
#include <phony/twilio/relay_fields.hpp>

#include <utility>
#include <variant>

namespace phony::twilio {
namespace {

namespace json = boost::json;

call::Connected started(const Fields& frame)
{
    call::Connected connected;
    connected.call_sid = text_of(frame, "callSid");
    connected.from = text_of(frame, "from");
    connected.to = text_of(frame, "to");
    connected.carries_audio = true;
    return connected;
}

Result<call::Input> transcribed(const json::object& frame)
{
    const auto* transcript = Fields{frame}.object("transcript");
    if (transcript == nullptr) return malformed("transcript is not an object");
    const Fields fields{*transcript};
    const auto text = fields.string("text");
    if (!text) return malformed("transcript.text is not a string");
    const auto final = fields.boolean("final");
    if (!final && fields.has("final")) return malformed("transcript.final is not a boolean");
    return prompted(*text, final);
}

Result<std::string> audio_of(const json::object& frame)
{
    const auto* media = Fields{frame}.object("media");
    if (media == nullptr) return malformed("media is not an object");
    const auto chunk = Fields{*media}.string("chunk");
    if (!chunk) return malformed("media.chunk is not a string");
    auto audio = from_base64(*chunk);
    if (!audio) return malformed("media.chunk is not base64");
    return std::move(*audio);
}

Result<call::Input> key_pressed(const json::object& frame)
{
    const auto* dtmf = Fields{frame}.object("dtmf");
    if (dtmf == nullptr) return malformed("dtmf is not an object");
    const auto digit = Fields{*dtmf}.string("digit");
    if (!digit || digit->size() != 1 || !call::is_dtmf_key(digit->front()))
        return malformed("dtmf.digit is not a key");
    return call::KeyPressed{digit->front()};
}

}  // namespace

Result<call::Input> ReferenceRelay::parse_frame(std::string_view frame)
{
    heard_.clear();
    const auto object = parse_object(frame);
    if (!object) return malformed("the frame is not a JSON object");
    const Fields fields{*object};
    const auto event = fields.string("event");
    if (!event && fields.string("type"))  // the heartbeat's frames have a type, here too
        return call::Ignored{.known = fields.string("type") == "pong"};
    if (!event) return malformed("event is not a string");
    if (event == "media") {
        auto audio = audio_of(*object);
        if (!audio) return audio.error();
        heard_ = std::move(*audio);
        return call::Ignored{};
    }
    if (event == "transcript") return transcribed(*object);
    if (event == "start") return started(fields);
    if (event == "dtmf") return key_pressed(*object);
    return call::Ignored{.known = false};
}

std::span<const std::string_view> ReferenceRelay::frames(const call::Output& output)
{
    digits_.clear();
    frames_.clear();
    if (std::holds_alternative<call::MakeRoom>(output)) frames_.push_back(clear);
    if (const auto* press = std::get_if<call::PressKeys>(&output)) {
        digits_.reserve(press->digits.size());
        for (const char key : press->digits) {
            if (!call::is_dtmf_key(key)) continue;
            digits_.push_back(R"({"event":"dtmf","dtmf":{"digit":")" + std::string(1, key) +
                              R"("}})");
        }
        frames_.assign(digits_.begin(), digits_.end());
    }
    return frames_;
}

std::string_view ReferenceRelay::media(std::string_view mu_law)
{
    buffer_ = R"({"event":"media","media":{"chunk":")";
    append_base64(buffer_, mu_law);
    buffer_ += R"("}})";
    return buffer_;
}

std::unique_ptr<RelayCodec> make_codec(Dialect dialect)
{
    if (dialect == Dialect::reference) return std::make_unique<ReferenceRelay>();
    return std::make_unique<ConversationRelay>();
}

}  // namespace phony::twilio
