#pragma once

#include "simulator/voice_settings.hpp"
#include <phony/base/result.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace phony::simulator {

/// Who calls whom: what Twilio says in `setup` and in every webhook form.
struct CallIdentity {
    std::string call_sid;
    std::string account_sid;
    std::string from;
    std::string to;
};

/// Frames Twilio → application, spelt with the keys and in the order of recorded calls.
namespace frames {

/// `status` is RINGING on the first session of an inbound call, IN_PROGRESS on later ones.
std::string setup(const CallIdentity& call,
                  std::string_view session_id,
                  std::string_view status,
                  const Attributes& parameters);
std::string info(std::string_view name, std::string_view value);
std::string prompt(std::string_view text, std::string_view language, bool last);
std::string dtmf(char digit);
std::string interrupt(std::string_view heard, Duration lasted);
/// What Twilio answers to a frame that it cannot use.
std::string invalid_message(std::string_view frame);

}  // namespace frames

/// Frames application → Twilio, as far as a listener cares. Booleans that a frame leaves out come
/// from the session.
struct TextFrame {
    std::string token;
    bool last = false;
    std::optional<bool> preemptible;
    std::optional<Inputs> interruptible;
};
struct PlayFrame {
    std::string source;
    int times = 1;
    bool preemptible = false;
    std::optional<Inputs> interruptible;
};
struct SendDigitsFrame {
    std::string digits;
};
struct LanguageFrame {
    std::string transcription_language;  ///< empty: unchanged
};
struct EndFrame {
    std::string handoff_data;
};
using ApplicationFrame =
    std::variant<TextFrame, PlayFrame, SendDigitsFrame, LanguageFrame, EndFrame>;

/// Judges a frame as strictly as Twilio does. Errors: invalid_request.
Result<ApplicationFrame> read_application_frame(std::string_view json);

}  // namespace phony::simulator
