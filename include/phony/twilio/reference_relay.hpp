#pragma once

#include <phony/twilio/relay.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The relay as the API reference has it: UTF-8 JSON text, one object a frame, and audio.
///
///     < {"event":"start","callSid":"CA123","from":"+15551234567","to":"+15559876543"}
///     < {"event":"media","media":{"chunk":"//9+f…","timestamp":1234567890}}
///     < {"event":"transcript","transcript":{"text":"Hello?","confidence":0.98,"final":true}}
///     > {"event":"media","media":{"chunk":"fv//…"}}
///     > {"event":"clear"}
///     > {"event":"dtmf","dtmf":{"digit":"1"}}
///     > {"type":"ping"}
///     < {"type":"pong"}
///
/// A chunk is G.711 µ-law at 8,000 samples a second, in base64.
namespace phony::twilio {

/// The reference's own dialect. A key that the caller pressed may come as the `dtmf` frame that we
/// send, though the reference does not list it among those that come in. Speech has no frame of its
/// own here: it is synthesised, and its audio sent with media().
class ReferenceRelay final : public RelayCodec {
public:
    /// A `media` frame is `Ignored`; its audio is in heard().
    Result<call::Input> parse_frame(std::string_view frame) override;
    /// Of Speak, HangUpCall and TransferCall none: they are not this relay's to carry out.
    std::span<const std::string_view> frames(const call::Output& output) override;

    /// The audio of the frame that was parsed last; empty when it was none of media.
    std::string_view heard() const { return heard_; }

    /// Valid until the next call.
    std::string_view media(std::string_view mu_law);

    static constexpr std::string_view clear = R"({"event":"clear"})";
    static constexpr std::string_view ping = R"({"type":"ping"})";

private:
    std::string heard_;
    std::string buffer_;
    std::vector<std::string> digits_;
    std::vector<std::string_view> frames_;
};

std::unique_ptr<RelayCodec> make_codec(Dialect dialect);

}  // namespace phony::twilio
