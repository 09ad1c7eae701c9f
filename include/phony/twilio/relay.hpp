#pragma once

#include <phony/base/result.hpp>
#include <phony/call/action.hpp>
#include <phony/call/input.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// The relay WebSocket: UTF-8 JSON text, one object a frame.
///
///     < {"type":"setup","sessionId":"VX5e0c…","callSid":"CA77…","from":"+441632960011",…}
///     < {"type":"prompt","voicePrompt":"when are you open","lang":"en-US","last":true}
///     > {"type":"text","token":"We open ","last":false}
///     > {"type":"text","token":"at nine.","last":true}
///     < {"type":"interrupt","utteranceUntilInterrupt":"We open","durationUntilInterruptMs":912}
///     > {"type":"end"}
///
/// Source: https://www.twilio.com/docs/voice/conversationrelay/websocket-messages and, for what the
/// deviations are, Telnyx's compatible Conversation Relay.
namespace phony::twilio {

/// What is spoken on a relay socket; its first frame decides.
enum class Dialect {
    conversation_relay,  ///< Twilio and Telnyx: frames have a `type`
    reference,           ///< the API reference's own: frames have an `event`
};

/// In bytes: more than any caller says in one turn, all of which goes to the model with every
/// request. What is longer is cut.
inline constexpr std::size_t longest_prompt = 8 * std::size_t{1024};

/// Errors (websocket_error): not a JSON object, or it has neither key.
Result<Dialect> detect_dialect(std::string_view first_frame);

/// Translates one socket's frames to and from our words. Belongs to one session and its thread.
class RelayCodec {
public:
    virtual ~RelayCodec() = default;

    /// One frame from the relay. What is well formed but means nothing to us is `Ignored`. Errors
    /// (websocket_error) are for counting: skip the frame and go on.
    virtual Result<call::Input> parse_frame(std::string_view frame) = 0;

    /// The frames that carry out `output`, in order; none when the dialect needs none. They are
    /// written into storage that the codec reuses, so they are valid until the next call:
    ///
    ///     for (auto frame : codec->frames(output)) co_await write(frame);
    virtual std::span<const std::string_view> frames(const call::Output& output) = 0;

protected:
    RelayCodec() = default;
    RelayCodec(const RelayCodec&) = default;
    RelayCodec& operator=(const RelayCodec&) = default;
};

/// ConversationRelay as Twilio speaks it, and as Telnyx does: every field but `type` may be
/// missing, ids may have any form, `last` is true unless it says otherwise.
class ConversationRelay final : public RelayCodec {
public:
    Result<call::Input> parse_frame(std::string_view frame) override;
    std::span<const std::string_view> frames(const call::Output& output) override;

private:
    std::string buffer_;
    std::string_view frame_;  ///< into buffer_
};

/// Reads what the `end` frame of a transfer said, when Twilio hands it back to the `action` URL as
/// `HandoffData`. Returns the number to dial (E.164).
///
/// Errors (invalid_request): it is not a transfer that we ordered.
Result<std::string> parse_handoff(std::string_view handoff_data);

}  // namespace phony::twilio
