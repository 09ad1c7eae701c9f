#pragma once

#include <phony/base/timestamp.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace phony::simulator {

/// The attributes of a TwiML element by name, entities resolved.
using Attributes = std::map<std::string, std::string, std::less<>>;

/// What stops the agent's speech, or is reported during it: `none`, `dtmf`, `speech` or `any`.
struct Inputs {
    bool speech = true;
    bool dtmf = true;
    friend bool operator==(const Inputs&, const Inputs&) = default;
};

/// The four words and their aliases `true` (any) and `false` (none); empty for anything else.
std::optional<Inputs> parse_inputs(std::string_view word);
/// The same from a frame, where a boolean is usual.
std::optional<Inputs> parse_inputs(const boost::json::value& value);

/// What the TwiML asked of one ConversationRelay session.
struct VoiceSettings {
    std::string welcome_greeting;
    Inputs greeting_interruptible;
    Inputs interruptible;
    Inputs reported_during_speech{false, false};
    bool preemptible = false;
    bool dtmf_detection = false;
    bool partial_prompts = false;
    bool speaker_events = false;
    bool tokens_played = false;
    std::string language = "en-US";

    /// Reads them as a permissive Twilio would: values that it refuses today, such as
    /// dtmfDetection="inband", count as what their author meant.
    static VoiceSettings from(const Attributes& attributes);
};

/// How fast things happen, in the figures of recorded calls: a clause of n characters plays for
/// `clause_pause` + n × `per_character` (within 10 % of the recordings, about 19 characters a
/// second).
struct Pace {
    using ms = std::chrono::milliseconds;

    Duration greeting_delay = ms{700};  ///< setup → the greeting is heard
    Duration shortest_start = ms{253};  ///< first token → agentSpeaking on
    Duration longest_start = ms{449};
    Duration per_character = ms{43};
    Duration clause_pause = ms{330};  ///< silence that belongs to each clause, at its end
    Duration patience = ms{400};   ///< an unfinished clause is spoken after so long without a token
    Duration silence_lag = ms{1};  ///< last tokensPlayed → agentSpeaking off
    Duration interrupt_lag = ms{2};    ///< interrupt → agentSpeaking off
    Duration key_lag = ms{1};          ///< dtmf → the interrupt that it causes
    Duration preemption_lag = ms{98};  ///< newer text → the preempted speech is silent
    Duration digits = ms{1900};        ///< speech over → queued digits are reported as played
    Duration digit_pause = ms{500};    ///< a `w` among the digits
    Duration sound = ms{2000};         ///< how long any `play` source lasts
    Duration caller_per_character = ms{55};
    Duration partial_interval = ms{240};
    Duration shortest_final = ms{350};  ///< last partial → clientSpeaking off and the final prompt
    Duration longest_final = ms{500};
    Duration error_lag = ms{88};  ///< malformed frame → the `error` frame
    Duration close_lag = ms{90};  ///< `end`, or the tenth malformed frame → close

    /// The same world, `speed` times as fast. Not positive: as it is.
    Pace hurried(double speed) const;
};

}  // namespace phony::simulator
