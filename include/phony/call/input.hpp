#pragma once

#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace phony::call {

/// A turn: what the caller (or a supervisor, or a key) said and the reply to it. Numbered from 1 in
/// a call; 0 is speech that belongs to no turn, such as a supervisor's text.
using Turn = std::uint32_t;

// ── from the relay ──

/// The first frame of a relay socket. Every field but call_sid may be empty.
struct Connected {
    std::string call_sid;
    std::string session_id;
    std::string account_sid;
    std::string from;
    std::string to;
    std::string direction = "inbound";  ///< "inbound" or "outbound-api"
    std::map<std::string, std::string, std::less<>> parameters;
    std::string trace_id{};  ///< not the relay's: of the trace that the call is part of
    /// The relay carries audio: what is said, the greeting too, is spoken by us.
    bool carries_audio = false;
};

/// What the caller said, as transcribed so far. Interim ones (`final` false) are cumulative and may
/// be revised; only a final one starts a turn.
struct Prompted {
    std::string text;
    bool final = true;
};

struct KeyPressed {
    char key = '0';
};

/// The caller spoke or pressed a key over our speech, which stopped.
struct Interrupted {
    std::string heard;  ///< what was heard of the clause being spoken, not of the whole reply
};

/// Our speech began or fell silent at the caller's end.
struct AgentSpeaking {
    bool on = false;
};

struct CallerSpeaking {
    bool on = false;
};

/// A piece of our speech, or digits, that has been played to the caller.
struct Played {
    std::string text;
};

/// The relay complains about something that we sent.
struct RelayComplained {
    std::string description;
};

/// A frame that is well formed and means nothing to the conversation.
struct Ignored {
    bool known = true;  ///< false: its type is unknown and deserves a count
};

/// The caller is gone. `resumable` when the connection broke without a close handshake.
struct HungUp {
    bool resumable = false;
    std::string_view our_doing{};  ///< why it was us who broke it: "shutdown", "internal_error"
};

// ── from the model ──

/// The last byte of the turn's request was handed to the socket.
struct RequestWritten {
    Turn turn = 0;
};

struct ResponseStarted {
    Turn turn = 0;
    std::string request_id{};  ///< the model server's name for the request
};

/// All content of one read from the model. `text` is borrowed for the step.
struct TokensArrived {
    Turn turn = 0;
    std::string_view text;
    bool complete = false;  ///< the model has finished; the text is the reply's last
};

enum class ModelFailure {
    connect,           ///< no connection: DNS, refused, TLS, timeout
    timeout,           ///< no answer in time
    rate_limited,      ///< 429 that may pass
    quota,             ///< 429 that will not pass
    server,            ///< 5xx
    refused,           ///< 4xx: key, model, request
    context_too_long,  ///< context_length_exceeded
    not_a_stream,      ///< 200 with something else in it, such as HTML
    cut,               ///< the stream ended before the reply did
    mid_stream,        ///< an error event among the tokens
    filtered,          ///< finish_reason content_filter
};

struct ThinkFailed {
    Turn turn = 0;
    ModelFailure failure = ModelFailure::cut;
    std::string detail;        ///< for the log and the `error` event; holds no secrets
    std::string request_id{};  ///< if the server has answered
};

// ── from a supervisor ──

struct SayText {
    std::string text;
};
struct SendDigit {
    char digit = '0';
};
struct EndNow {};
struct TransferNow {
    std::string target;  ///< E.164
};
struct Clarify {
    std::string response;
};

using Override = std::variant<SayText, SendDigit, EndNow, TransferNow, Clarify>;

/// A supervisor steps in. The step answers with exactly one `Answer`.
struct Overridden {
    Override order;
    std::string supervisor;
};

// ── from ourselves ──

/// The moment that `Conversation::deadline()` named has come.
struct DeadlineReached {};

/// The first frame of this turn's speech was handed to the socket.
struct SpeechWritten {
    Turn turn = 0;
};

// ── from our own voice, where the relay has none ──

/// A clause could not be synthesised: the caller does not hear it.
struct SpeechFailed {
    Turn turn = 0;
    std::string text;
    std::string detail;  ///< for the log and the `error` event; holds no secrets
};

/// The call could not be transferred, or not be ended, through the telephone network's API.
struct PartingFailed {
    std::string target;  ///< of the transfer; empty: the call was to end
    std::string detail;
};

using Input = std::variant<Ignored,
                           Connected,
                           Prompted,
                           KeyPressed,
                           Interrupted,
                           AgentSpeaking,
                           CallerSpeaking,
                           Played,
                           RelayComplained,
                           HungUp,
                           RequestWritten,
                           ResponseStarted,
                           TokensArrived,
                           ThinkFailed,
                           Overridden,
                           DeadlineReached,
                           SpeechWritten,
                           SpeechFailed,
                           PartingFailed>;

}  // namespace phony::call
