#include "metrics/metrics.hpp"

#include "metrics/families.hpp"
#include "metrics/process.hpp"
#include "metrics/recent_maximum.hpp"
#include <phony/base/guarded.hpp>
#include <phony/call/turn_stages.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>
#include <variant>

namespace phony::metrics {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;
using Buckets = Histogram::BucketBoundaries;
using LabelMap = std::map<std::string, std::string>;

// ── buckets ──

// From a server that adds microseconds to a model that takes seconds; boundaries at the objectives
// of a phone line (375 and 750 ms to the first token, 885, 1100 and 1400 ms to the first audio).
const Buckets latency_ms{0.02, 0.05, 0.1, 0.2, 0.5, 1,    2,    5,    10,   20,   50,   100,  200,
                         300,  375,  500, 750, 885, 1100, 1400, 2000, 3000, 4000, 6000, 10000};
// The same in seconds. A stage may be the playback of a long reply.
const Buckets stage_seconds{.00002, .00005, .0001, .0002, .0005, .001, .002, .005, .01,
                            .02,    .05,    .1,    .2,    .3,    .375, .5,   .75,  .885,
                            1.1,    1.4,    2,     3,     4,     6,    10,   20,   60};
const Buckets reply_seconds{.05, .1, .2, .5, .75, 1, 1.5, 2, 3, 4, 6, 8, 10, 15, 20, 30, 60};
const Buckets tokens_per_second{5, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000};
const Buckets call_seconds{1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200};
const Buckets http_seconds{
    .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5};
const Buckets lag_seconds{
    .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5};

constexpr double phone_bytes_a_second = 8000;

// ── making metrics ──

Family<Histogram>& histograms(Registry& registry,
                              const char* name,
                              const char* help,
                              const LabelMap& constant = {})
{
    return prometheus::BuildHistogram().Name(name).Help(help).Labels(constant).Register(registry);
}

Family<Counter>& counters(Registry& registry,
                          const char* name,
                          const char* help,
                          const LabelMap& constant = {})
{
    return prometheus::BuildCounter().Name(name).Help(help).Labels(constant).Register(registry);
}

Counter& counter(Registry& registry,
                 const char* name,
                 const char* help,
                 const LabelMap& constant = {})
{
    return counters(registry, name, help, constant).Add({});
}

Gauge& gauge_of(Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

/// A family of counters with one label. The values that are known when it is made are found without
/// the family's lock; others get a counter when they first come.
class LabelledCounter {
public:
    LabelledCounter(Family<Counter>& family,
                    const char* label,
                    std::initializer_list<std::string_view> known)
        : family_{family}, label_{label}
    {
        for (const auto value : known) known_.emplace(value, &add(value));
    }

    void count(std::string_view value, double by = 1)
    {
        const auto found = known_.find(value);
        (found == known_.end() ? add(value) : *found->second).Increment(by);
    }

private:
    Counter& add(std::string_view value) { return family_.Add({{label_, std::string{value}}}); }

    Family<Counter>& family_;
    std::string label_;
    std::map<std::string, Counter*, std::less<>> known_;
};

std::string_view outcome_of(const call::Latency& turn)
{
    if (turn.failed) return "failed";
    if (turn.interrupted) return "interrupted";
    return turn.first_frame_ms ? "spoken" : "silent";
}

std::string_view class_of(unsigned status)
{
    constexpr std::array<std::string_view, 5> classes{"1xx", "2xx", "3xx", "4xx", "5xx"};
    return status >= 100 && status < 600 ? classes.at(status / 100 - 1) : "other";
}

void append(std::vector<prometheus::MetricFamily>& to, std::vector<prometheus::MetricFamily> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

struct Metrics::Impl {
    Impl(Identity given, std::function<Standing()> asked)
        : identity{std::move(given)}, ask{std::move(asked)}
    {
        for (const call::Milestone milestone : call::all_milestones)
            stages.at(static_cast<std::size_t>(milestone)) =
                &turn_stage.Add({{"stage", std::string{name_of(milestone)}}}, stage_seconds);
        for (std::size_t core = 0; core < identity.cores; ++core)
            loop_lag.push_back(&event_loop_lag.Add({{"core", std::to_string(core)}}, lag_seconds));
        for (const char* action : {"text", "dtmf", "end", "transfer", "clarification"}) {
            for (const char* outcome :
                 {"accepted", "refused", "invalid", "not_found", "no_answer", "too_many"})
                orders.Add({{"action", action}, {"outcome", outcome}});
        }
    }

    LabelMap model() const { return {{"model", identity.model}, {"backend", identity.backend}}; }
    Labels model(const char* label, const char* value) const
    {
        return {{"model", identity.model}, {"backend", identity.backend}, {label, value}};
    }

    // ── what an event counts ──

    void observe(const call::Latency& turn)
    {
        if (turn.transcript_to_gpt_ms) transcript_to_gpt.Observe(*turn.transcript_to_gpt_ms);
        if (turn.gpt_first_token_ms) gpt_first_token.Observe(*turn.gpt_first_token_ms);
        if (turn.first_frame_ms) {
            first_audio_frame.Observe(*turn.first_frame_ms);
            slowest_turn.with([&](RecentMaximum& slowest) {
                slowest.observe(*turn.first_frame_ms / 1000, std::chrono::steady_clock::now());
            });
        }
        if (turn.agent_speaking_ms) first_audio_speaking.Observe(*turn.agent_speaking_ms);
        if (turn.reply_complete_ms) reply_complete.Observe(*turn.reply_complete_ms / 1000);
        for (const call::TurnStage& stage : call::stages_of(turn))
            stages.at(static_cast<std::size_t>(stage.milestone))
                ->Observe(stage.milliseconds / 1000);
        turns.count(outcome_of(turn));
        if (turn.failed) fallback_sentences.Increment();
    }
    void observe(const call::Transcript& transcript)
    {
        if (transcript.final) transcripts.Increment();
    }
    void observe(const call::CommandExecuted& command) { commands.count(command.command); }
    void observe(const call::CommandRejected& command) { rejected.count(command.reason); }
    void observe(const call::SupervisorOverride& order) { overrides.count(order.action); }
    void observe(const call::SpeechInterrupted& cut)
    {
        if (cut.by == call::SpeechInterrupted::By::caller) interruptions.Increment();
    }
    void observe(const call::CallError& error) { errors.count(error.code); }
    void observe(const call::CallEnded& ended)
    {
        if (!ended.connected) return;  // counted by what became of calls that we placed
        duration.Observe(ended.metrics.call_duration_seconds);
        calls.count(ended.reason);
    }
    template <typename Other>
    void observe(const Other&)
    {
    }

    // ── what is asked for at a scrape ──

    std::vector<prometheus::MetricFamily> standing() const;
    std::vector<prometheus::MetricFamily> model_pool(const Standing& now) const;

    Identity identity;
    std::function<Standing()> ask;
    Registry registry;

    // ── turns ──

    Histogram& transcript_to_gpt = histograms(registry,
                                              "phony_transcript_to_gpt_ms",
                                              "Final transcript read to model request written.",
                                              model())
                                       .Add({}, latency_ms);
    Histogram& gpt_first_token = histograms(registry,
                                            "phony_gpt_first_token_ms",
                                            "Model request written to first content token parsed.",
                                            model())
                                     .Add({}, latency_ms);
    Family<Histogram>& first_audio =
        histograms(registry,
                   "phony_first_audio_playback_ms",
                   "Final transcript read to the first frame written (source frame) or to "
                   "agentSpeaking on (source agent_speaking).",
                   model());
    Histogram& first_audio_frame = first_audio.Add({{"source", "frame"}}, latency_ms);
    Histogram& first_audio_speaking = first_audio.Add({{"source", "agent_speaking"}}, latency_ms);
    Family<Histogram>& turn_stage =
        histograms(registry,
                   "phony_turn_stage_seconds",
                   "From the milestone of the turn before this one, in time, to this one; the "
                   "stages of a turn sum to its whole.",
                   model());
    std::array<Histogram*, call::all_milestones.size()> stages{};
    Histogram& reply_complete = histograms(registry,
                                           "phony_reply_complete_seconds",
                                           "Final transcript read to the end of the reply's text.",
                                           model())
                                    .Add({}, reply_seconds);
    LabelledCounter turns{counters(registry, "phony_turns_total", "Turns that are over."),
                          "outcome",
                          {"spoken", "interrupted", "failed", "silent"}};
    Guarded<RecentMaximum> slowest_turn;
    Counter& fallback_sentences =
        counter(registry,
                "phony_fallback_sentences_total",
                "Turns whose reply failed, so that the caller heard the fallback sentence.");
    Counter& interruptions =
        counter(registry, "phony_interruptions_total", "Speech of ours that a caller cut off.");

    // ── the model ──

    LabelledCounter requests{
        counters(registry, "phony_model_requests_total", "Requests to the model.", model()),
        "result",
        {"ok",
         "cancelled",
         "connect",
         "timeout",
         "rate_limited",
         "quota",
         "server",
         "refused",
         "context_too_long",
         "not_a_stream",
         "cut",
         "mid_stream",
         "filtered"}};
    LabelledCounter tokens{counters(registry,
                                    "phony_model_tokens_total",
                                    "Tokens as the model's usage reports them; cached ones are "
                                    "among the input.",
                                    model()),
                           "type",
                           {"input", "cached", "output"}};
    Histogram& token_rate = histograms(registry,
                                       "phony_model_tokens_per_second",
                                       "Output tokens a second of one reply, from its first words "
                                       "to its end.",
                                       model())
                                .Add({}, tokens_per_second);
    Counter& skipped_events = counter(registry,
                                      "phony_model_events_skipped_total",
                                      "Events of the model's stream that were not JSON or too "
                                      "long.",
                                      model());

    // ── calls ──

    LabelledCounter calls{counters(registry, "phony_calls_total", "Calls that ended, by outcome."),
                          "outcome",
                          {"hung_up",
                           "end_call",
                           "transfer",
                           "supervisor",
                           "connection_lost",
                           "shutdown",
                           "internal_error"}};
    Histogram& duration =
        histograms(registry, "phony_call_duration_seconds", "Duration of calls that ended.")
            .Add({}, call_seconds);
    Counter& transcripts =
        counter(registry, "phony_transcript_count_total", "Final transcripts processed.");
    LabelledCounter commands{counters(registry,
                                      "phony_command_count_total",
                                      "Commands of the model that were carried out."),
                             "command",
                             {"press", "transfer", "end_call", "request_user"}};
    LabelledCounter rejected{counters(registry,
                                      "phony_commands_rejected_total",
                                      "Commands of the model that were not carried out."),
                             "reason",
                             {"unknown_command",
                              "malformed",
                              "unfinished",
                              "too_long",
                              "missing_parameter",
                              "bad_digits",
                              "not_e164",
                              "target_not_allowed",
                              "second_transfer",
                              "question_pending",
                              "call_ending",
                              "barge_in"}};
    LabelledCounter errors{
        counters(registry, "phony_call_errors_total", "Errors that calls survived, by code."),
        "code",
        {"OPENAI_ERROR", "TWILIO_ERROR"}};
    LabelledCounter placed{
        counters(registry, "phony_outbound_calls_total", "Calls that we placed, by outcome."),
        "outcome",
        {"connected",
         "busy",
         "no_answer",
         "failed",
         "canceled",
         "machine",
         "not_connected",
         "no_status",
         "shutdown",
         "refused",
         "unknown"}};
    LabelledCounter turned_away{
        counters(registry, "phony_calls_turned_away_total", "Calls that were not taken."),
        "reason",
        {"full", "draining"}};

    // ── supervisors ──

    LabelledCounter overrides{counters(registry,
                                       "phony_override_count_total",
                                       "Supervisor interventions that a call accepted."),
                              "action",
                              {"text", "dtmf", "end", "transfer", "clarification"}};
    Family<Counter>& orders =
        counters(registry, "phony_overrides_total", "Supervisors' orders, by what they came to.");
    LabelledCounter viewers_dropped{
        counters(registry, "phony_viewers_dropped_total", "Viewers of events that were sent away."),
        "reason",
        {"too_slow", "silent", "too_many_messages"}};

    // ── the relay, and who else comes ──

    // Counted for every token, and shown at a scrape.
    std::atomic<std::uint64_t> frames_received = 0;
    std::atomic<std::uint64_t> frames_sent = 0;
    LabelledCounter frames_skipped{counters(registry,
                                            "phony_relay_frames_skipped_total",
                                            "Frames from the relay that were skipped."),
                                   "reason",
                                   {"malformed", "unknown_type"}};
    Family<Counter>& audio = counters(registry,
                                      "phony_relay_audio_seconds_total",
                                      "Audio of relay sockets that carry it, in seconds.");
    Counter& audio_received = audio.Add({{"direction", "received"}});
    Counter& audio_sent = audio.Add({{"direction", "sent"}});
    Counter& speech_underruns = counter(registry,
                                        "phony_speech_underruns_total",
                                        "Frames of audio that were sent later than they were due.");
    LabelledCounter speech_requests{counters(registry,
                                             "phony_speech_requests_total",
                                             "Requests for the audio of a clause.",
                                             model()),
                                    "result",
                                    {"ok", "failed"}};
    LabelledCounter forged{counters(registry,
                                    "phony_signature_failures_total",
                                    "Requests and sessions that are not signed as Twilio's."),
                           "endpoint",
                           {"webhook", "relay", "setup"}};
    LabelledCounter connections_refused{
        counters(registry,
                 "phony_connections_refused_total",
                 "Connections beyond a limit, in all or from one address."),
        "reason",
        {"full", "address"}};
    Counter& accept_failures = counter(registry,
                                       "phony_accept_failures_total",
                                       "Attempts to accept a connection that failed, for want of "
                                       "descriptors or memory.");
    LabelledCounter limited{
        counters(registry, "phony_rate_limited_total", "Requests beyond a limit."),
        "what",
        {"control", "sign_in", "order", "event", "call"}};
    LabelledCounter refused{counters(registry,
                                     "phony_access_refused_total",
                                     "Requests that were refused, by what was missing or wrong."),
                            "what",
                            {"supervisor_token", "sign_in", "metrics_token", "origin", "host"}};
    Family<Histogram>& http = histograms(registry,
                                         "phony_http_request_duration_seconds",
                                         "A request read to its answer ready to be written.");

    // ── the machinery ──

    Family<Histogram>& event_loop_lag =
        histograms(registry,
                   "phony_event_loop_lag_seconds",
                   "How late the event loop got to a timer, ten times a second.");
    std::vector<Histogram*> loop_lag;
    Counter& history_errors = counter(
        registry, "phony_history_errors_total", "Attempts to write the history that failed.");
    Counter& history_dropped =
        counter(registry, "phony_history_dropped_total", "Rows of the history that were lost.");
    Gauge& history_queue = gauge_of(
        registry, "phony_history_queue_depth", "Rows of the history that wait to be written.");
    Gauge& history_writable = gauge_of(registry,
                                       "phony_history_writable",
                                       "1 while the history can be written; 0 is worth an alert.");
};

std::vector<prometheus::MetricFamily> Metrics::Impl::standing() const
{
    const Standing now = ask ? ask() : Standing{};
    const auto number = [](auto value) { return static_cast<double>(value); };

    std::vector<prometheus::MetricFamily> families{
        gauge("phony_active_calls", "Calls that are active now.", number(now.active_calls)),
        gauge("phony_outbound_calls_dialing",
              "Calls that we placed and that have not connected.",
              number(now.calls_dialing)),
        gauge("phony_call_capacity",
              "Calls that may be active at a time (PHONY_MAX_CALLS); 0 for no limit.",
              number(identity.call_capacity)),
        gauge("phony_stuck_calls",
              "Active calls in which nothing has happened for two minutes.",
              number(now.stuck_calls)),
        gauge("phony_slowest_turn_seconds",
              "Longest wait for the first frame among turns that ended in the last minute.",
              slowest_turn.with([](const RecentMaximum& slowest) {
                  return slowest.value(std::chrono::steady_clock::now());
              })),
        gauge("phony_viewers", "Viewers of events that are connected.", number(now.viewers)),
        gauge("phony_event_queue_depth",
              "Events that viewers have still to be sent.",
              number(now.queued_events)),
        gauge("phony_draining",
              "1 once the server takes no more calls because it is being stopped.",
              now.draining ? 1 : 0),
        totals("phony_relay_frames_total",
               "Frames of relay sockets.",
               {{{{"direction", "received"}}, number(frames_received.load())},
                {{{"direction", "sent"}}, number(frames_sent.load())}}),
        total("phony_log_lines_dropped_total",
              "Lines of the log that its reader was too slow to take.",
              number(now.log_lines_dropped)),
        gauges("phony_build_info",
               "Always 1; says what is running.",
               {{{{"version", identity.version}, {"commit", identity.commit}}, 1}}),
    };

    if (now.certificate_expires) {
        families.push_back(gauge("phony_tls_certificate_expiry_timestamp_seconds",
                                 "When the certificate that new connections are shown expires.",
                                 number(now.certificate_expires->time_since_epoch().count())));
    }

    std::vector<Reading> sockets;
    sockets.reserve(now.cores.size());
    for (std::size_t core = 0; core < now.cores.size(); ++core)
        sockets.push_back({{{"core", std::to_string(core)}}, number(now.cores[core].open_sockets)});
    families.push_back(
        gauges("phony_open_sockets", "Connections that clients have open.", std::move(sockets)));
    append(families, model_pool(now));
    return families;
}

std::vector<prometheus::MetricFamily> Metrics::Impl::model_pool(const Standing& now) const
{
    Standing::Core all;
    for (const Standing::Core& core : now.cores) {
        all.model_connections_idle += core.model_connections_idle;
        all.model_connections_in_use += core.model_connections_in_use;
        all.model_connections_opened += core.model_connections_opened;
        all.model_connection_failures += core.model_connection_failures;
        all.model_connection_waits += core.model_connection_waits;
    }
    const auto number = [](auto value) { return static_cast<double>(value); };
    const Labels labels{{"model", identity.model}, {"backend", identity.backend}};
    return {
        gauges("phony_model_connections",
               "Connections to the model that are open.",
               {{model("state", "idle"), number(all.model_connections_idle)},
                {model("state", "in_use"), number(all.model_connections_in_use)}}),
        totals("phony_model_connections_opened_total",
               "Connections to the model that were opened.",
               {{labels, number(all.model_connections_opened)}}),
        totals("phony_model_connection_failures_total",
               "Connections to the model that could not be opened.",
               {{labels, number(all.model_connection_failures)}}),
        totals("phony_model_connection_waits_total",
               "Requests that waited because as many connections were open as may be.",
               {{labels, number(all.model_connection_waits)}}),
    };
}

Metrics::Metrics(Identity identity, std::function<Standing()> ask)
    : impl_{std::make_unique<Impl>(std::move(identity), std::move(ask))}
{
}

Metrics::~Metrics() = default;

void Metrics::observe(const call::Event& event)
{
    std::visit([this](const auto& what) { impl_->observe(what); }, event);
}

void Metrics::model_request(const ModelRequest& request)
{
    impl_->requests.count(request.result);
    impl_->skipped_events.Increment(static_cast<double>(request.skipped_events));
    if (request.input_tokens + request.output_tokens == 0) return;  // no usage was reported
    const auto output = static_cast<double>(request.output_tokens);
    impl_->tokens.count("input", static_cast<double>(request.input_tokens));
    impl_->tokens.count("cached", static_cast<double>(request.cached_tokens));
    impl_->tokens.count("output", output);
    // What came all at once was held back on its way: its rate would say nothing of the model.
    constexpr std::chrono::milliseconds shortest{5};
    if (request.generating < shortest || request.output_tokens < 2) return;
    impl_->token_rate.Observe((output - 1) /
                              std::chrono::duration<double>{request.generating}.count());
}

void Metrics::frame_received()
{
    impl_->frames_received.fetch_add(1, std::memory_order_relaxed);
}

void Metrics::frame_sent()
{
    impl_->frames_sent.fetch_add(1, std::memory_order_relaxed);
}

void Metrics::frame_malformed()
{
    impl_->frames_skipped.count("malformed");
}

void Metrics::frame_unknown()
{
    impl_->frames_skipped.count("unknown_type");
}

void Metrics::audio_received(std::size_t bytes)
{
    impl_->audio_received.Increment(static_cast<double>(bytes) / phone_bytes_a_second);
}

void Metrics::audio_sent(std::size_t bytes)
{
    impl_->audio_sent.Increment(static_cast<double>(bytes) / phone_bytes_a_second);
}

void Metrics::speech_underran(std::uint64_t times)
{
    impl_->speech_underruns.Increment(static_cast<double>(times));
}

void Metrics::speech_requested(std::string_view result)
{
    impl_->speech_requests.count(result);
}

void Metrics::signature_failed(std::string_view endpoint)
{
    impl_->forged.count(endpoint);
}

void Metrics::http_answered(std::string_view route, unsigned status, Duration took)
{
    impl_->http
        .Add({{"route", std::string{route}}, {"status_class", std::string{class_of(status)}}},
             http_seconds)
        .Observe(std::chrono::duration<double>{took}.count());
}

void Metrics::override_answered(std::string_view action, std::string_view outcome)
{
    impl_->orders.Add({{"action", std::string{action}}, {"outcome", std::string{outcome}}})
        .Increment();
}

void Metrics::connection_refused(std::string_view reason)
{
    impl_->connections_refused.count(reason);
}

void Metrics::accept_failed()
{
    impl_->accept_failures.Increment();
}

void Metrics::rate_limited(std::string_view what)
{
    impl_->limited.count(what);
}

void Metrics::access_refused(std::string_view what)
{
    impl_->refused.count(what);
}

void Metrics::call_turned_away(std::string_view reason)
{
    impl_->turned_away.count(reason);
}

void Metrics::call_placed(std::string_view outcome)
{
    impl_->placed.count(outcome);
}

void Metrics::viewer_dropped(std::string_view reason)
{
    impl_->viewers_dropped.count(reason);
}

void Metrics::event_loop_lagged(std::size_t core, Duration lag)
{
    impl_->loop_lag.at(core)->Observe(std::chrono::duration<double>{lag}.count());
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
    auto families = impl_->registry.Collect();
    append(families, impl_->standing());
    append(families, process_families());
    return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace phony::metrics
