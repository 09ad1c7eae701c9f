#include "metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <type_traits>
#include <utility>
#include <variant>

namespace phony::metrics {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using Buckets = Histogram::BucketBoundaries;

// From a server that adds microseconds to a model that takes seconds; boundaries at the objectives
// of a phone line (375 and 750 ms to the first token, 885 and 1100 ms to the first audio).
const Buckets latency_ms{0.02, 0.05, 0.1, 0.2, 0.5, 1,    2,    5,    10,   20,   50,   100,  200,
                         300,  375,  500, 750, 885, 1100, 1400, 2000, 3000, 4000, 6000, 10000};
const Buckets call_seconds{1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200};

Family<Histogram>& histogram(prometheus::Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

Family<Counter>& counter(prometheus::Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

struct Metrics::Impl {
    Impl(Count active, Count watching)
        : active_calls{std::move(active)}, viewers{std::move(watching)}
    {
        // Present from the start, so that rates begin at zero.
        for (const char* command : {"press", "transfer", "end_call", "request_user"})
            commands.Add({{"command", command}});
        for (const char* action : {"text", "dtmf", "end", "transfer", "clarification"})
            overrides.Add({{"action", action}});
        for (const char* what : {"control", "sign_in", "order", "event"})
            limited.Add({{"what", what}});
        for (const char* what : {"supervisor_token", "sign_in", "metrics_token", "origin", "host"})
            refused.Add({{"what", what}});
        for (const char* reason : {"full", "draining"}) turned_away.Add({{"reason", reason}});
        for (const char* reason : {"too_slow", "silent", "too_many_messages"})
            viewers_dropped.Add({{"reason", reason}});
    }

    void observe(const call::Latency& latency)
    {
        if (latency.transcript_to_gpt_ms) transcript_to_gpt.Observe(*latency.transcript_to_gpt_ms);
        if (latency.gpt_first_token_ms) gpt_first_token.Observe(*latency.gpt_first_token_ms);
        if (latency.first_frame_ms) first_audio_frame.Observe(*latency.first_frame_ms);
        if (latency.agent_speaking_ms) first_audio_speaking.Observe(*latency.agent_speaking_ms);
    }
    void observe(const call::Transcript& transcript)
    {
        if (transcript.final) transcripts.Increment();
    }
    void observe(const call::CommandExecuted& command)
    {
        commands.Add({{"command", command.command}}).Increment();
    }
    void observe(const call::CommandRejected& command)
    {
        rejected.Add({{"reason", command.reason}}).Increment();
    }
    void observe(const call::SupervisorOverride& order)
    {
        overrides.Add({{"action", order.action}}).Increment();
    }
    void observe(const call::SpeechInterrupted&) { interruptions.Increment(); }
    void observe(const call::CallError& error) { errors.Add({{"code", error.code}}).Increment(); }
    void observe(const call::CallEnded& ended)
    {
        duration.Observe(ended.metrics.call_duration_seconds);
        calls.Add({{"outcome", ended.reason}}).Increment();
    }
    template <typename Other>
    void observe(const Other&)
    {
    }

    Count active_calls;
    Count viewers;
    prometheus::Registry registry;

    Histogram& transcript_to_gpt = histogram(registry,
                                             "phony_transcript_to_gpt_ms",
                                             "Final transcript read to model request written.")
                                       .Add({}, latency_ms);
    Histogram& gpt_first_token = histogram(registry,
                                           "phony_gpt_first_token_ms",
                                           "Model request written to first content token parsed.")
                                     .Add({}, latency_ms);
    Family<Histogram>& first_audio =
        histogram(registry,
                  "phony_first_audio_playback_ms",
                  "Final transcript read to the first frame written (source frame) or to "
                  "agentSpeaking on (source agent_speaking).");
    Histogram& first_audio_frame = first_audio.Add({{"source", "frame"}}, latency_ms);
    Histogram& first_audio_speaking = first_audio.Add({{"source", "agent_speaking"}}, latency_ms);

    Histogram& duration =
        histogram(registry, "phony_call_duration_seconds", "Duration of calls that ended.")
            .Add({}, call_seconds);
    Counter& transcripts =
        counter(registry, "phony_transcript_count_total", "Final transcripts processed.").Add({});
    Family<Counter>& commands = counter(
        registry, "phony_command_count_total", "Commands of the model that were carried out.");
    Family<Counter>& overrides = counter(
        registry, "phony_override_count_total", "Supervisor interventions that a call accepted.");

    Family<Counter>& rejected = counter(registry,
                                        "phony_commands_rejected_total",
                                        "Commands of the model that were not carried out.");
    Family<Counter>& calls =
        counter(registry, "phony_calls_total", "Calls that ended, by outcome.");
    Family<Counter>& errors =
        counter(registry, "phony_call_errors_total", "Errors that calls survived, by code.");
    Counter& interruptions =
        counter(registry, "phony_interruptions_total", "Speech of ours that was cut off.").Add({});
    Family<Counter>& frames = counter(registry,
                                      "phony_relay_frames_skipped_total",
                                      "Frames from the relay that were skipped, by reason.");
    Counter& malformed = frames.Add({{"reason", "malformed"}});
    Counter& unknown = frames.Add({{"reason", "unknown_type"}});
    Counter& forged = counter(registry,
                              "phony_signature_failures_total",
                              "Requests whose Twilio signature is missing or wrong.")
                          .Add({});
    Family<Counter>& limited = counter(
        registry, "phony_rate_limited_total", "Requests beyond a limit, by what was asked.");
    Family<Counter>& refused = counter(
        registry, "phony_access_refused_total", "Requests refused, by what was missing or wrong.");
    Family<Counter>& turned_away =
        counter(registry, "phony_calls_turned_away_total", "Calls that were not taken, by reason.");
    Family<Counter>& viewers_dropped =
        counter(registry, "phony_viewers_dropped_total", "Viewers of events that were sent away.");
    Gauge& active = gauge(registry, "phony_active_calls", "Calls that are active now.");
    Gauge& watching = gauge(registry, "phony_viewers", "Viewers of events that are connected.");
    Counter& history_errors = counter(registry,
                                      "phony_history_errors_total",
                                      "Attempts to write the history that failed.")
                                  .Add({});
    Counter& history_dropped =
        counter(registry, "phony_history_dropped_total", "Rows of the history that were lost.")
            .Add({});
    Gauge& history_queue = gauge(
        registry, "phony_history_queue_depth", "Rows of the history that wait to be written.");
    Gauge& history_writable = gauge(registry,
                                    "phony_history_writable",
                                    "1 while the history can be written; 0 is worth an alert.");
};

Metrics::Metrics(Count active_calls, Count viewers)
    : impl_{std::make_unique<Impl>(std::move(active_calls), std::move(viewers))}
{
}

Metrics::~Metrics() = default;

void Metrics::observe(const call::Event& event)
{
    std::visit([this](const auto& what) { impl_->observe(what); }, event);
}

void Metrics::frame_malformed()
{
    impl_->malformed.Increment();
}

void Metrics::frame_unknown()
{
    impl_->unknown.Increment();
}

void Metrics::signature_failed()
{
    impl_->forged.Increment();
}

void Metrics::rate_limited(std::string_view what)
{
    impl_->limited.Add({{"what", std::string{what}}}).Increment();
}

void Metrics::access_refused(std::string_view what)
{
    impl_->refused.Add({{"what", std::string{what}}}).Increment();
}

void Metrics::call_turned_away(std::string_view reason)
{
    impl_->turned_away.Add({{"reason", std::string{reason}}}).Increment();
}

void Metrics::viewer_dropped(std::string_view reason)
{
    impl_->viewers_dropped.Add({{"reason", std::string{reason}}}).Increment();
}

void Metrics::history_queued(std::size_t records)
{
    impl_->history_queue.Set(static_cast<double>(records));
}

void Metrics::history_writable(bool writable)
{
    impl_->history_writable.Set(writable ? 1 : 0);
}

void Metrics::history_failed()
{
    impl_->history_errors.Increment();
}

void Metrics::history_dropped(std::size_t records)
{
    impl_->history_dropped.Increment(static_cast<double>(records));
}

std::string Metrics::serialise()
{
    impl_->watching.Set(static_cast<double>(impl_->viewers()));
    impl_->active.Set(static_cast<double>(impl_->active_calls()));
    return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

}  // namespace phony::metrics
