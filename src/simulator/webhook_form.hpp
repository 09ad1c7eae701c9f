#pragma once

#include "simulator/relay_frames.hpp"
#include "simulator/relay_voice.hpp"
#include <phony/base/form.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace phony::simulator {

/// "CA" and 32 hex digits, as Twilio makes them; other prefixes for other things. Not a secret.
std::string new_sid(std::string_view prefix);
inline std::string new_call_sid()
{
    return new_sid("CA");
}

/// The form of a voice webhook, every field of a recorded one included, empty ones too.
/// `call_status` in lower case: ringing, in-progress, completed.
Form voice_form(const CallIdentity& call, std::string_view call_status);

/// The form of the `action` request at the end of a session.
Form action_form(const CallIdentity& call,
                 std::string_view session_id,
                 const SessionEnd& end,
                 std::chrono::seconds lasted);

}  // namespace phony::simulator
