#pragma once

#include <phony/api/event_json.hpp>
#include <phony/base/call_clock.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/call/event.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Where a call stands, folded from its events, as `GET /calls` and those who begin to watch it
/// read it.
///
///     {"callSid":"CA123","state":"active","from":"+15551234567","to":"+18578167225",
///      "direction":"inbound","startedAt":"2024-01-01T00:00:00.000Z","endedAt":null,
///      "endReason":null,"seq":12,
///      "metrics":{"call_duration_seconds":61.5,"transcript_count":3,"command_count":1,
///                 "override_count":0},
///      "errors":0,"interruptions":1,"lastCallerText":"Hello","lastAssistantText":"Hi there!",
///      "latency":{"turn":3,"gpt_first_token_ms":214.6,…},
///      "pendingQuestion":{"prompt":"Which room?","expiresAt":"2024-01-01T00:02:00.000Z"},
///      "transcript":[{"speaker":"caller","text":"Hello","timestamp":"…"},…]}
///
/// `latency` (of the newest turn) and `pendingQuestion` are null when there is none.
namespace phony::api {

/// Who said something, under the names that viewers read.
enum class Speaker { caller, assistant, supervisor };
std::string_view name_of(Speaker speaker);

struct TranscriptLine {
    Speaker speaker = Speaker::caller;
    std::string text;  ///< of speech that was interrupted, what was heard of it
    WallTime timestamp;
    call::Turn turn = 0;  ///< of the assistant's
    bool interrupted = false;
};

/// A value without a lock or a clock.
struct CallState {
    /// `dialing`, `ringing`: we place it, and it has not been answered. `lost`: its connection
    /// broke without a farewell, and it may be resumed within seconds.
    enum class Phase { dialing, ringing, active, lost, ended };

    struct Question {
        std::string prompt;
        WallTime expires;
    };

    /// Lines that are kept; of a longer call the last ones.
    static constexpr std::size_t longest_transcript = 500;

    std::string call_sid;
    Phase phase = Phase::active;
    std::string from;
    std::string to;
    std::string direction;
    bool audio = false;     ///< its relay carries audio, to which one may listen while it is active
    bool connected = true;  ///< false while a call that we place has not been, and if it never was
    WallTime started;       ///< of a call that we place: when it was answered, until then placed
    std::optional<WallTime> ended;
    std::string end_reason;  ///< as in `call_ended`
    std::uint64_t seq = 0;   ///< of the newest event
    CallClock clock;         ///< which all times here are read from

    /// Counted over all of a call, however often it was resumed. The duration is known when it has
    /// ended; until then see duration(). One that was never connected has none.
    call::CallMetrics metrics;
    std::uint32_t errors = 0;
    std::uint32_t interruptions = 0;

    std::string last_caller_text;
    std::string last_assistant_text;
    std::optional<call::Latency> latency;  ///< of the turn that was finished last
    /// A question that nobody has answered. It expires without an event: see pending_question().
    std::optional<Question> question;

    std::vector<TranscriptLine> transcript;

    /// Takes in the next event of the call.
    void fold(const EventStamp& stamp, const call::Event& event);

    std::chrono::duration<double> duration(TimePoint now) const;
    const Question* pending_question(TimePoint now) const;

    /// When the last thing happened that is told here.
    WallTime newest() const;

    /// The same without its transcript: cheap to copy.
    CallState without_transcript() const;
};

/// One JSON object with its transcript.
std::string call_state_json(const CallState& state, TimePoint now);

/// What someone who begins to watch is told of a call that is active already: the same object, with
/// `"type":"call_state"` in front.
std::string call_state_message(const CallState& state, TimePoint now);

/// Many at once, their transcripts left out:
/// {"calls":[{"callSid":"CA123",…},{"callSid":"CA124",…}]}
std::string calls_json(std::span<const CallState> calls, TimePoint now);

/// The array alone, for whoever has lines from elsewhere.
void append_transcript(std::string& out, std::span<const TranscriptLine> transcript);

}  // namespace phony::api
