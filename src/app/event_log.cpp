#include "app/event_log.hpp"

#include "log/log.hpp"
#include <phony/call/turn_stages.hpp>

#include <boost/container/static_vector.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace phony::app {
namespace {

/// Twilio quotes the frame that it does not like: our words, and keys that were pressed.
std::string_view without_quotation(std::string_view complaint)
{
    return complaint.substr(0, complaint.find_first_of("{\"'"));
}

/// What a model writes between brackets need not be a command's name, but may be what it heard.
std::string_view name_or_stars(std::string_view command)
{
    const bool is_name =
        std::ranges::all_of(command, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return is_name ? command : "***";
}

std::string_view field_of(call::Milestone stage)
{
    switch (stage) {
    case call::Milestone::request_written: return "stage_request_written_ms";
    case call::Milestone::response_headers: return "stage_response_headers_ms";
    case call::Milestone::first_token: return "stage_first_token_ms";
    case call::Milestone::first_frame: return "stage_first_frame_ms";
    case call::Milestone::agent_speaking: return "stage_agent_speaking_ms";
    case call::Milestone::reply_complete: return "stage_reply_complete_ms";
    case call::Milestone::playback_ended: return "stage_playback_ended_ms";
    }
    return "stage_unknown_ms";
}

class EventLog {
public:
    explicit EventLog(const api::EventStamp& stamp) : call_sid_{stamp.call_sid} {}

    void operator()(const call::CallStarted& started) const
    {
        if (started.progress == call::Progress::ringing) return;
        const bool connected = started.progress == call::Progress::connected;
        log::info(connected ? "call started" : "call placed",
                  {{"callSid", call_sid_},
                   {"from", log::redact_number(started.from)},
                   {"to", log::redact_number(started.to)},
                   {"direction", started.direction},
                   {"traceId", started.trace_id}});
    }
    void operator()(const call::CallEnded& ended) const
    {
        log::info("call ended",
                  {{"callSid", call_sid_},
                   {"reason", ended.reason},
                   {"call_duration_seconds", ended.metrics.call_duration_seconds},
                   {"transcript_count", ended.metrics.transcript_count},
                   {"command_count", ended.metrics.command_count},
                   {"override_count", ended.metrics.override_count}});
    }
    void operator()(const call::Transcript& transcript) const
    {
        if (!transcript.final || !log::is_written(log::Level::debug)) return;
        log::debug("caller",
                   {{"callSid", call_sid_}, {"text", log::redact_numbers_in(transcript.text)}});
    }
    void operator()(const call::AssistantReply& reply) const
    {
        if (!log::is_written(log::Level::debug)) return;
        log::debug("agent",
                   {{"callSid", call_sid_},
                    {"turn", reply.turn},
                    {"text", log::redact_numbers_in(reply.text)}});
    }
    void operator()(const call::CommandExecuted& command) const
    {
        // What was pressed may be a PIN, and what a supervisor is asked what the caller said.
        const bool number = command.command == "transfer";
        log::info("command executed",
                  {{"callSid", call_sid_},
                   {"turn", command.turn},
                   {"command", command.command},
                   {"value", number ? log::redact_number(command.value) : std::string{}}});
    }
    void operator()(const call::CommandRejected& command) const
    {
        log::warn("command rejected",
                  {{"callSid", call_sid_},
                   {"turn", command.turn},
                   {"command", name_or_stars(command.command)},
                   {"reason", command.reason}});
    }
    void operator()(const call::Latency& latency) const
    {
        boost::container::static_vector<log::Field, 24> fields{{"callSid", call_sid_},
                                                               {"turn", latency.turn}};
        const auto stage = [&fields](std::string_view name, const std::optional<double>& ms) {
            if (ms) fields.emplace_back(name, *ms);  // a turn need not reach every stage
        };
        stage("transcript_to_gpt_ms", latency.transcript_to_gpt_ms);
        stage("gpt_first_token_ms", latency.gpt_first_token_ms);
        stage("first_audio_playback_ms", latency.first_audio_playback_ms);
        stage("first_frame_ms", latency.first_frame_ms);
        stage("agent_speaking_ms", latency.agent_speaking_ms);
        stage("reply_complete_ms", latency.reply_complete_ms);
        stage("playback_ended_ms", latency.playback_ended_ms);

        // The same moments as stretches that sum to the whole: in jq,
        // [to_entries[] | select(.key | startswith("stage_")).value] | add
        const auto stages = call::stages_of(latency);
        for (const call::TurnStage& each : stages)
            fields.emplace_back(field_of(each.milestone), each.milliseconds);
        fields.emplace_back("total_ms", stages.total_ms());
        if (latency.interrupted) fields.emplace_back("interrupted", true);
        if (latency.failed) fields.emplace_back("failed", true);
        if (!latency.request_id.empty()) fields.emplace_back("requestId", latency.request_id);
        if (!latency.trace_id.empty()) fields.emplace_back("traceId", latency.trace_id);
        log::write(log::Level::info, "latency", fields);
    }
    void operator()(const call::CallError& error) const
    {
        log::warn("call error",
                  {{"callSid", call_sid_},
                   {"turn", error.turn},
                   {"code", error.code},
                   {"why", log::redact_numbers_in(without_quotation(error.message))}});
    }
    template <typename Other>
    void operator()(const Other&) const
    {
    }

private:
    std::string_view call_sid_;
};

}  // namespace

void log_event(const api::EventStamp& stamp, const call::Event& event)
{
    std::visit(EventLog{stamp}, event);
}

}  // namespace phony::app
