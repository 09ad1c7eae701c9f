#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/input.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace phony::call {

/// What supervisors, the history and the log learn of a call, under the reference's names. The hub
/// adds callSid, seq and timestamp.

/// The reference's call metrics.
struct CallMetrics {
    double call_duration_seconds = 0;
    std::uint32_t transcript_count = 0;
    std::uint32_t command_count = 0;
    std::uint32_t override_count = 0;
    friend bool operator==(const CallMetrics&, const CallMetrics&) = default;
};

/// A call that we place is told of before anybody has answered: `call_started` comes when the
/// network has accepted it (dialing), when the other side rings, and when its relay is connected.
enum class Progress { dialing, ringing, connected };

struct CallStarted {
    std::string from;
    std::string to;
    std::string direction;
    std::string trace_id{};
    bool audio = false;  ///< its relay carries audio, to which one may listen
    Progress progress = Progress::connected;
};
/// The reason of a call whose connection broke without a farewell: it may be resumed.
inline constexpr std::string_view connection_lost = "connection_lost";

struct CallEnded {
    /// hung_up, end_call, transfer, supervisor, connection_lost, shutdown, internal_error; of a
    /// call that never connected: busy, no_answer, failed, canceled, machine, not_connected,
    /// no_status, shutdown
    std::string reason;
    CallMetrics metrics;
    bool connected = true;  ///< false: it was placed, and its relay never came
};
struct Transcript {
    std::string text;
    bool final = true;
};
/// Live words, one per model read.
struct AssistantToken {
    Turn turn = 0;
    std::string text;
};
/// A complete reply, without its commands.
struct AssistantReply {
    Turn turn = 0;
    std::string text;
};
struct CommandExecuted {
    std::string command;
    std::string value;
    Turn turn = 0;  ///< whose reply ordered it
};
struct CommandRejected {
    std::string command;
    std::string value;
    std::string reason;
    Turn turn = 0;
};
struct SupervisorOverride {
    std::string action;  ///< text, dtmf, end, transfer, clarification
    std::string value;
    std::string supervisor;
};
struct Dtmf {
    char digit = '0';
};
struct ClarificationRequested {
    std::string prompt;
    double expires_in_seconds = 0;
};
/// What the caller had heard of the reply that was cut, by talking over it, or by words of ours
/// that replaced it: a newer reply's, or a supervisor's.
struct SpeechInterrupted {
    enum class By { caller, newer_speech };

    Turn turn = 0;
    std::string heard;
    By by = By::caller;
};
/// One turn's stages, in milliseconds. Each is missing when the turn did not reach it. The three
/// metrics are defined in the reference; `from transcript` means since the final transcript was
/// read.
struct Latency {
    Turn turn = 0;
    std::optional<double> transcript_to_gpt_ms;
    std::optional<double> response_headers_ms;      ///< from the request written
    std::optional<double> gpt_first_token_ms;       ///< from the request written
    std::optional<double> first_frame_ms;           ///< from transcript
    std::optional<double> agent_speaking_ms;        ///< from transcript
    std::optional<double> first_audio_playback_ms;  ///< agent_speaking_ms, else first_frame_ms
    std::optional<double> reply_complete_ms;        ///< from transcript
    std::optional<double> playback_ended_ms;        ///< from transcript
    bool interrupted = false;
    bool failed = false;
    std::string trace_id{};    ///< the call's
    std::string request_id{};  ///< the model server's name for the newest request that it answered
};
struct CallError {
    std::string code;  ///< a CODE of the reference, such as OPENAI_ERROR
    std::string message;
    Turn turn = 0;  ///< 0: not in answering
};

using Event = std::variant<CallStarted,
                           CallEnded,
                           Transcript,
                           AssistantToken,
                           AssistantReply,
                           CommandExecuted,
                           CommandRejected,
                           SupervisorOverride,
                           Dtmf,
                           ClarificationRequested,
                           SpeechInterrupted,
                           Latency,
                           CallError>;

}  // namespace phony::call
