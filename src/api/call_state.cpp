#include <phony/api/call_state.hpp>

#include <phony/base/json_members.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace phony::api {
namespace {

std::string_view name_of(CallState::Phase phase)
{
    switch (phase) {
    case CallState::Phase::dialing: return "dialing";
    case CallState::Phase::ringing: return "ringing";
    case CallState::Phase::active: return "active";
    case CallState::Phase::lost: return "lost";
    case CallState::Phase::ended: break;
    }
    return "ended";
}

void remember(CallState& state, TranscriptLine line)
{
    state.transcript.push_back(std::move(line));
    if (state.transcript.size() > CallState::longest_transcript)
        state.transcript.erase(state.transcript.begin());
}

CallState::Phase phase_of(call::Progress progress)
{
    switch (progress) {
    case call::Progress::dialing: return CallState::Phase::dialing;
    case call::Progress::ringing: return CallState::Phase::ringing;
    case call::Progress::connected: break;
    }
    return CallState::Phase::active;
}

struct Fold {
    CallState& state;
    const EventStamp& stamp;

    void operator()(const call::CallStarted& event) const
    {
        state.call_sid = stamp.call_sid;
        // A call that was resumed began when it began; one that we placed, when it was answered.
        const bool connected = event.progress == call::Progress::connected;
        if (state.started == WallTime{} || (connected && !state.connected))
            state.started = stamp.timestamp;
        state.connected = connected;
        state.phase = phase_of(event.progress);
        state.ended.reset();
        state.end_reason.clear();
        state.from = event.from;
        state.to = event.to;
        state.direction = event.direction;
        state.audio = event.audio;
    }

    void operator()(const call::CallEnded& event) const
    {
        state.phase = event.reason == call::connection_lost ? CallState::Phase::lost
                                                            : CallState::Phase::ended;
        state.ended = stamp.timestamp;
        state.end_reason = event.reason;
        state.metrics.call_duration_seconds = state.duration(stamp.at).count();
        state.question.reset();
    }

    void operator()(const call::Transcript& event) const
    {
        if (!event.final) return;
        ++state.metrics.transcript_count;
        state.last_caller_text = event.text;
        remember(state, {Speaker::caller, event.text, stamp.timestamp});
    }

    void operator()(const call::AssistantReply& event) const
    {
        state.last_assistant_text = event.text;
        remember(state, {Speaker::assistant, event.text, stamp.timestamp, event.turn});
    }

    /// Of a reply that was cut before it was complete this is all that is ever known. One that was
    /// complete, but still being played, is set right.
    void operator()(const call::SpeechInterrupted& event) const
    {
        if (event.by == call::SpeechInterrupted::By::caller) ++state.interruptions;
        auto& lines = state.transcript;
        const auto ours = std::find_if(lines.rbegin(), lines.rend(), [&](const auto& line) {
            return line.speaker != Speaker::caller && line.turn == event.turn;
        });
        if (ours != lines.rend()) {
            ours->text = event.heard;
            ours->interrupted = true;
        } else if (!event.heard.empty()) {
            remember(state, {Speaker::assistant, event.heard, stamp.timestamp, event.turn, true});
        }
        if (!event.heard.empty()) state.last_assistant_text = event.heard;
    }

    void operator()(const call::CommandExecuted&) const { ++state.metrics.command_count; }

    void operator()(const call::SupervisorOverride& event) const
    {
        ++state.metrics.override_count;
        if (event.action == "clarification") state.question.reset();
        if (event.action == "text")
            remember(state, {Speaker::supervisor, event.value, stamp.timestamp});
    }

    void operator()(const call::ClarificationRequested& event) const
    {
        const std::chrono::duration<double> patience{event.expires_in_seconds};
        state.question = CallState::Question{
            event.prompt, stamp.timestamp + std::chrono::round<WallTime::duration>(patience)};
    }

    void operator()(const call::Latency& event) const { state.latency = event; }
    void operator()(const call::CallError&) const { ++state.errors; }

    // What comes often, and says nothing that lasts.
    void operator()(const call::AssistantToken&) const {}
    void operator()(const call::Dtmf&) const {}
    void operator()(const call::CommandRejected&) const {}
};

void append_metrics(std::string& out, const CallState& state, TimePoint now)
{
    out += '{';
    JsonMembers members{out};
    members.add("call_duration_seconds", state.duration(now).count());
    members.add("transcript_count", state.metrics.transcript_count);
    members.add("command_count", state.metrics.command_count);
    members.add("override_count", state.metrics.override_count);
    out += '}';
}

void append_question(std::string& out, const CallState::Question& question)
{
    out += '{';
    JsonMembers members{out};
    members.add("prompt", question.prompt);
    members.add("expiresAt", question.expires);
    out += '}';
}

void append_members(std::string& out, const CallState& state, TimePoint now)
{
    JsonMembers members{out};
    members.add("callSid", state.call_sid);
    members.add("state", name_of(state.phase));
    members.add("from", state.from);
    members.add("to", state.to);
    members.add("direction", state.direction);
    members.add("audio", state.audio);
    members.add("startedAt", state.started);
    if (state.ended) {
        members.add("endedAt", *state.ended);
        members.add("endReason", state.end_reason);
    } else {
        members.add_null("endedAt");
        members.add_null("endReason");
    }
    members.add("seq", state.seq);
    members.begin("metrics");
    append_metrics(out, state, now);
    members.add("errors", state.errors);
    members.add("interruptions", state.interruptions);
    members.add("lastCallerText", state.last_caller_text);
    members.add("lastAssistantText", state.last_assistant_text);
    if (state.latency) {
        members.begin("latency");
        out += '{';
        append_latency(out, *state.latency);
        out += '}';
    } else {
        members.add_null("latency");
    }
    if (const auto* question = state.pending_question(now)) {
        members.begin("pendingQuestion");
        append_question(out, *question);
    } else {
        members.add_null("pendingQuestion");
    }
}

}  // namespace

std::string_view name_of(Speaker speaker)
{
    switch (speaker) {
    case Speaker::caller: return "caller";
    case Speaker::assistant: return "assistant";
    case Speaker::supervisor: break;
    }
    return "supervisor";
}

void CallState::fold(const EventStamp& stamp, const call::Event& event)
{
    seq = stamp.seq;
    clock = CallClock{stamp.timestamp, stamp.at};
    std::visit(Fold{*this, stamp}, event);
}

std::chrono::duration<double> CallState::duration(TimePoint now) const
{
    if (!connected) return {};
    return std::max(ended.value_or(clock.at(now)), started) - started;
}

const CallState::Question* CallState::pending_question(TimePoint now) const
{
    return question && clock.at(now) < question->expires ? &*question : nullptr;
}

WallTime CallState::newest() const
{
    const WallTime said = transcript.empty() ? started : transcript.back().timestamp;
    return std::max({started, said, ended.value_or(started)});
}

CallState CallState::without_transcript() const
{
    CallState copy{.call_sid = call_sid,
                   .phase = phase,
                   .from = from,
                   .to = to,
                   .direction = direction,
                   .audio = audio,
                   .connected = connected,
                   .started = started,
                   .ended = ended,
                   .end_reason = end_reason,
                   .seq = seq,
                   .clock = clock,
                   .metrics = metrics,
                   .errors = errors,
                   .interruptions = interruptions,
                   .last_caller_text = last_caller_text,
                   .last_assistant_text = last_assistant_text,
                   .latency = latency,
                   .question = question,
                   .transcript = {}};
    return copy;
}

void append_transcript(std::string& out, std::span<const TranscriptLine> transcript)
{
    out += '[';
    for (const TranscriptLine& line : transcript) {
        if (!out.ends_with('[')) out += ',';
        out += '{';
        JsonMembers members{out};
        members.add("speaker", name_of(line.speaker));
        members.add("text", line.text);
        members.add("timestamp", line.timestamp);
        if (line.interrupted) members.add("interrupted", true);
        out += '}';
    }
    out += ']';
}

std::string call_state_json(const CallState& state, TimePoint now)
{
    std::string out = "{";
    append_members(out, state, now);
    JsonMembers{out}.begin("transcript");
    append_transcript(out, state.transcript);
    return out += '}';
}

std::string calls_json(std::span<const CallState> calls, TimePoint now)
{
    std::string out = R"({"calls":[)";
    for (const CallState& call : calls) {
        if (!out.ends_with('[')) out += ',';
        out += '{';
        append_members(out, call, now);
        out += '}';
    }
    return out += "]}";
}

std::string call_state_message(const CallState& state, TimePoint now)
{
    std::string out = R"({"type":"call_state")";
    append_members(out, state, now);
    return out += '}';
}

}  // namespace phony::api
