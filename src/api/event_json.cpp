#include <phony/api/event_json.hpp>

#include <phony/base/json_text.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <variant>

namespace phony::api {
namespace {

/// Appends members to an object that has at least one.
class Members {
public:
    explicit Members(std::string& out) : out_{out} {}

    void add(std::string_view name, std::string_view text)
    {
        begin(name);
        append_json_string(out_, text);
    }

    void add(std::string_view name, std::same_as<bool> auto flag)
    {
        begin(name);
        out_ += flag ? "true" : "false";
    }

    void add(std::string_view name, std::unsigned_integral auto number)
        requires(!std::same_as<decltype(number), bool>)
    {
        begin(name);
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        out_.append(digits.data(), end);
    }

    /// Three decimals at most: microseconds, where the unit is milliseconds. What JSON has no
    /// number for is null.
    void add(std::string_view name, double number)
    {
        begin(name);
        std::array<char, 32> digits{};
        const auto [end, ec] = std::to_chars(
            digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 3);
        if (!std::isfinite(number) || ec != std::errc{}) {
            out_ += "null";
            return;
        }
        std::string_view text{digits.data(), static_cast<std::size_t>(end - digits.data())};
        text = text.substr(0, text.find_last_not_of('0') + 1);  // there is a point: it stops there
        if (text.ends_with('.')) text.remove_suffix(1);
        out_ += text;
    }

    void add(std::string_view name, const std::optional<double>& number)
    {
        if (number) add(name, *number);
    }

private:
    void begin(std::string_view name) { out_.append(",\"").append(name).append("\":"); }

    std::string& out_;
};

struct TypeName {
    std::string_view operator()(const call::CallStarted&) const { return "call_started"; }
    std::string_view operator()(const call::CallEnded&) const { return "call_ended"; }
    std::string_view operator()(const call::Transcript&) const { return "transcript"; }
    std::string_view operator()(const call::AssistantToken&) const { return "assistant_token"; }
    std::string_view operator()(const call::AssistantReply&) const { return "assistant_reply"; }
    std::string_view operator()(const call::CommandExecuted&) const { return "command_executed"; }
    std::string_view operator()(const call::CommandRejected&) const { return "command_rejected"; }
    std::string_view operator()(const call::SupervisorOverride&) const
    {
        return "supervisor_override";
    }
    std::string_view operator()(const call::Dtmf&) const { return "dtmf"; }
    std::string_view operator()(const call::ClarificationRequested&) const
    {
        return "clarification_requested";
    }
    std::string_view operator()(const call::SpeechInterrupted&) const { return "interrupted"; }
    std::string_view operator()(const call::Latency&) const { return "latency"; }
    std::string_view operator()(const call::CallError&) const { return "error"; }
};

/// The fields between `callSid` and `timestamp`, in the reference's order where it has one.
struct AppendFields {
    std::string& out;

    void operator()(const call::CallStarted& event) const
    {
        Members members{out};
        members.add("from", event.from);
        members.add("to", event.to);
        members.add("direction", event.direction);
    }

    void operator()(const call::CallEnded& event) const
    {
        Members members{out};
        members.add("reason", event.reason);
        members.add("call_duration_seconds", event.metrics.call_duration_seconds);
        members.add("transcript_count", event.metrics.transcript_count);
        members.add("command_count", event.metrics.command_count);
        members.add("override_count", event.metrics.override_count);
    }

    void operator()(const call::Transcript& event) const
    {
        Members members{out};
        members.add("speaker", "caller");
        members.add("text", event.text);
        if (!event.final) members.add("final", false);  // the reference's transcripts are final
    }

    void operator()(const call::AssistantToken& event) const
    {
        Members members{out};
        members.add("turn", event.turn);
        members.add("text", event.text);
    }

    void operator()(const call::AssistantReply& event) const
    {
        Members members{out};
        members.add("text", event.text);
        members.add("turn", event.turn);
    }

    void operator()(const call::CommandExecuted& event) const
    {
        Members members{out};
        members.add("command", event.command);
        members.add("value", event.value);
    }

    void operator()(const call::CommandRejected& event) const
    {
        Members members{out};
        members.add("command", event.command);
        members.add("value", event.value);
        members.add("reason", event.reason);
    }

    void operator()(const call::SupervisorOverride& event) const
    {
        Members members{out};
        members.add("action", event.action);
        members.add("value", event.value);
        members.add("supervisor", event.supervisor);
    }

    void operator()(const call::Dtmf& event) const
    {
        Members{out}.add("digit", std::string_view{&event.digit, 1});
    }

    void operator()(const call::ClarificationRequested& event) const
    {
        Members members{out};
        members.add("prompt", event.prompt);
        members.add("expires_in_seconds", event.expires_in_seconds);
    }

    void operator()(const call::SpeechInterrupted& event) const
    {
        Members members{out};
        members.add("turn", event.turn);
        members.add("heard", event.heard);
    }

    void operator()(const call::Latency& event) const
    {
        Members members{out};
        members.add("turn", event.turn);
        members.add("transcript_to_gpt_ms", event.transcript_to_gpt_ms);
        members.add("response_headers_ms", event.response_headers_ms);
        members.add("gpt_first_token_ms", event.gpt_first_token_ms);
        members.add("first_frame_ms", event.first_frame_ms);
        members.add("agent_speaking_ms", event.agent_speaking_ms);
        members.add("first_audio_playback_ms", event.first_audio_playback_ms);
        members.add("reply_complete_ms", event.reply_complete_ms);
        members.add("playback_ended_ms", event.playback_ended_ms);
        members.add("interrupted", event.interrupted);
        members.add("failed", event.failed);
    }

    void operator()(const call::CallError& event) const
    {
        Members members{out};
        members.add("code", event.code);
        members.add("message", event.message);
    }
};

}  // namespace

std::string_view type_of(const call::Event& event)
{
    return std::visit(TypeName{}, event);
}

void append_event(std::string& out, const EventStamp& stamp, const call::Event& event)
{
    out.append(R"({"type":")").append(type_of(event)).append("\"");
    Members members{out};
    members.add("callSid", stamp.call_sid);
    std::visit(AppendFields{out}, event);
    members.add("timestamp", to_iso8601(stamp.timestamp));
    members.add("seq", stamp.seq);
    out += '}';
}

std::string event_json(const EventStamp& stamp, const call::Event& event)
{
    std::string out;
    append_event(out, stamp, event);
    return out;
}

}  // namespace phony::api
