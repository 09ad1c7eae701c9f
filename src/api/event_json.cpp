#include <phony/api/event_json.hpp>

#include <phony/base/json_members.hpp>
#include <phony/call/turn_stages.hpp>

#include <variant>

namespace phony::api {
namespace {

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

/// Left out when there is none.
void add_id(JsonMembers& members, const JsonMembers::Name& name, std::string_view id)
{
    if (!id.empty()) members.add(name, id);
}

/// The fields between `callSid` and `timestamp`, in the reference's order where it has one.
struct AppendFields {
    std::string& out;

    void operator()(const call::CallStarted& event) const
    {
        JsonMembers members{out};
        members.add("from", event.from);
        members.add("to", event.to);
        members.add("direction", event.direction);
        members.add("audio", event.audio);
        if (event.progress != call::Progress::connected)
            members.add("state", event.progress == call::Progress::ringing ? "ringing" : "dialing");
        add_id(members, "traceId", event.trace_id);
    }

    void operator()(const call::CallEnded& event) const
    {
        JsonMembers members{out};
        members.add("reason", event.reason);
        members.add("call_duration_seconds", event.metrics.call_duration_seconds);
        members.add("transcript_count", event.metrics.transcript_count);
        members.add("command_count", event.metrics.command_count);
        members.add("override_count", event.metrics.override_count);
    }

    void operator()(const call::Transcript& event) const
    {
        JsonMembers members{out};
        members.add("speaker", "caller");
        members.add("text", event.text);
        if (!event.final) members.add("final", false);  // the reference's transcripts are final
    }

    void operator()(const call::AssistantToken& event) const
    {
        JsonMembers members{out};
        members.add("turn", event.turn);
        members.add("text", event.text);
    }

    void operator()(const call::AssistantReply& event) const
    {
        JsonMembers members{out};
        members.add("text", event.text);
        members.add("turn", event.turn);
    }

    void operator()(const call::CommandExecuted& event) const
    {
        JsonMembers members{out};
        members.add("command", event.command);
        members.add("value", event.value);
    }

    void operator()(const call::CommandRejected& event) const
    {
        JsonMembers members{out};
        members.add("command", event.command);
        members.add("value", event.value);
        members.add("reason", event.reason);
    }

    void operator()(const call::SupervisorOverride& event) const
    {
        JsonMembers members{out};
        members.add("action", event.action);
        members.add("value", event.value);
        members.add("supervisor", event.supervisor);
    }

    void operator()(const call::Dtmf& event) const
    {
        JsonMembers{out}.add("digit", std::string_view{&event.digit, 1});
    }

    void operator()(const call::ClarificationRequested& event) const
    {
        JsonMembers members{out};
        members.add("prompt", event.prompt);
        members.add("expires_in_seconds", event.expires_in_seconds);
    }

    void operator()(const call::SpeechInterrupted& event) const
    {
        JsonMembers members{out};
        const bool by_caller = event.by == call::SpeechInterrupted::By::caller;
        members.add("turn", event.turn);
        members.add("heard", event.heard);
        members.add("by", by_caller ? "caller" : "newer_speech");
    }

    void operator()(const call::Latency& event) const { append_latency(out, event); }

    void operator()(const call::CallError& event) const
    {
        JsonMembers members{out};
        members.add("code", event.code);
        members.add("message", event.message);
    }
};

/// The same moments once more, as stretches that add up: `"stages":[{"stage":"first_token",…`
void append_stages(JsonMembers& members, std::string& out, const call::TurnStages& stages)
{
    members.begin("stages");
    out += '[';
    for (const call::TurnStage& stage : stages) {
        if (!out.ends_with('[')) out += ',';
        out += '{';
        members.add("stage", call::name_of(stage.milestone));
        members.add("ms", stage.milliseconds);
        out += '}';
    }
    out += ']';
    members.add("total_ms", stages.total_ms());
}

}  // namespace

std::string_view type_of(const call::Event& event)
{
    return std::visit(TypeName{}, event);
}

void append_latency(std::string& out, const call::Latency& latency)
{
    JsonMembers members{out};
    members.add("turn", latency.turn);
    members.add("transcript_to_gpt_ms", latency.transcript_to_gpt_ms);
    members.add("response_headers_ms", latency.response_headers_ms);
    members.add("gpt_first_token_ms", latency.gpt_first_token_ms);
    members.add("first_frame_ms", latency.first_frame_ms);
    members.add("agent_speaking_ms", latency.agent_speaking_ms);
    members.add("first_audio_playback_ms", latency.first_audio_playback_ms);
    members.add("reply_complete_ms", latency.reply_complete_ms);
    members.add("playback_ended_ms", latency.playback_ended_ms);
    append_stages(members, out, call::stages_of(latency));
    members.add("interrupted", latency.interrupted);
    members.add("failed", latency.failed);
    add_id(members, "requestId", latency.request_id);
    add_id(members, "traceId", latency.trace_id);
}

void append_event(std::string& out, const EventStamp& stamp, const call::Event& event)
{
    out.append(R"({"type":")").append(type_of(event)).append("\"");
    JsonMembers members{out};
    members.add("callSid", stamp.call_sid);
    std::visit(AppendFields{out}, event);
    members.add("timestamp", stamp.timestamp);
    members.add("seq", stamp.seq);
    out += '}';
}

std::string event_json(const EventStamp& stamp, const call::Event& event)
{
    std::string out;
    append_event(out, stamp, event);
    return out;
}

std::string truncated_message(std::string_view call_sid,
                              std::uint64_t first_seq,
                              std::uint64_t missed)
{
    std::string out = R"({"type":"truncated")";
    JsonMembers members{out};
    members.add("callSid", call_sid);
    members.add("firstSeq", first_seq);
    members.add("missed", missed);
    return out += '}';
}

}  // namespace phony::api
