#include <phony/twilio/relay.hpp>

#include <phony/base/base64.hpp>
#include <phony/base/utf8.hpp>
#include <phony/twilio/reference_relay.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

using namespace phony;

namespace {

/// Every frame that we write is a JSON object with a type, whatever is to be said.
void check_output(twilio::RelayCodec& codec, const call::Output& output)
{
    for (const auto frame : codec.frames(output)) {
        const auto written = boost::json::parse(frame).as_object();
        if (!written.at("type").is_string()) std::abort();
        if (const auto* digits = written.if_contains("digits")) {
            const std::string_view keys{digits->as_string()};
            if (keys.empty() || keys.find_first_not_of("0123456789*#w") != keys.npos) std::abort();
        }
    }
}

/// The reference's dialect: audio that comes in can go out again, a prompt is UTF-8 of at most 8
/// KiB, and each frame that we write has an event.
void check_reference(std::string_view input)
{
    twilio::ReferenceRelay codec;
    if (const auto frame = codec.parse_frame(input)) {
        if (const auto* prompt = std::get_if<call::Prompted>(&*frame)) {
            if (prompt->text.size() > 8192 || !is_valid_utf8(prompt->text)) std::abort();
        }
        const std::string heard{codec.heard()};
        if (!codec.parse_frame(codec.media(heard)) || codec.heard() != heard) std::abort();
    }
    for (const auto frame : codec.frames(call::PressKeys{std::string{input}})) {
        if (!boost::json::parse(frame).as_object().at("event").is_string()) std::abort();
    }
    if (!codec.parse_frame(codec.media(input)) || codec.heard() != input) std::abort();
}

}  // namespace

/// What a prompt says is UTF-8 of at most 8 KiB, and what is a frame to the codec has a dialect.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    twilio::ConversationRelay codec;
    const auto frame = codec.parse_frame(input);
    if (frame) {
        if (twilio::detect_dialect(input).value() != twilio::Dialect::conversation_relay) {
            std::abort();
        }
        if (const auto* prompt = std::get_if<call::Prompted>(&*frame)) {
            if (prompt->text.size() > 8192 || !is_valid_utf8(prompt->text)) std::abort();
        }
    }
    (void)twilio::parse_handoff(input);

    check_reference(input);
    const std::string text{input};
    check_output(codec, call::Speak{1, text, size % 2 == 0, size % 3 == 0});
    check_output(codec, call::PressKeys{text});
    check_output(codec, call::TransferCall{text});
    return 0;
}
