#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/event.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::metrics {

/// What does not change while the process runs.
struct Identity {
    std::string version;
    std::string commit;
    std::string model;              ///< as configured
    std::string backend;            ///< host[:port] of the model's server
    std::size_t call_capacity = 0;  ///< 0: no limit
    std::size_t cores = 1;
};

/// How things stand when Prometheus asks.
struct Standing {
    struct Core {
        std::size_t open_sockets = 0;
        std::size_t model_connections_idle = 0;
        std::size_t model_connections_in_use = 0;
        // So far:
        std::uint64_t model_connections_opened = 0;
        std::uint64_t model_connection_failures = 0;
        std::uint64_t model_connection_waits = 0;
    };

    std::size_t active_calls = 0;
    std::size_t stuck_calls = 0;
    std::size_t calls_dialing = 0;
    std::size_t viewers = 0;
    std::size_t queued_events = 0;  ///< that viewers have still to be sent
    bool draining = false;
    std::optional<std::chrono::sys_seconds> certificate_expires;  ///< none without TLS
    std::uint64_t log_lines_dropped = 0;
    std::vector<Core> cores;
};

/// One request to the model, when it is over.
struct ModelRequest {
    std::string_view result = "cancelled";  ///< ok, cancelled, or the name of a call::ModelFailure
    std::uint64_t input_tokens = 0;
    std::uint64_t cached_tokens = 0;  ///< of the input
    std::uint64_t output_tokens = 0;
    std::size_t skipped_events = 0;  ///< of the stream: not JSON, or too long
    Duration generating{};           ///< from the first words to the end of the reply
};

/// What Prometheus learns: README.md beside this file explains each metric. Any thread may count.
/// Serialising takes milliseconds and belongs off the I/O threads. No label holds a call SID or a
/// phone number; those whose values are known stand at zero from the start, so that rates do.
class Metrics {
public:
    /// `ask` is called at every scrape, on the thread that serialises.
    explicit Metrics(Identity identity, std::function<Standing()> ask = {});
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// Counts what an event tells: latencies, transcripts, commands, overrides, the end of a call.
    void observe(const call::Event& event);

    void model_request(const ModelRequest& request);

    // Frames of the relay.
    void frame_received();
    void frame_sent();
    void frame_malformed();
    void frame_unknown();

    // Audio, where the relay carries it, in bytes of µ-law.
    void audio_received(std::size_t bytes);
    void audio_sent(std::size_t bytes);
    /// Frames that were sent later than they were due, though their audio was there.
    void speech_underran(std::uint64_t times);
    /// One request for a clause's audio: ok, failed.
    void speech_requested(std::string_view result);

    /// `endpoint`: webhook, relay (the upgrade), setup (the relay token in it).
    void signature_failed(std::string_view endpoint);
    /// `route` is a path of our table of endpoints, never what a client made up.
    void http_answered(std::string_view route, unsigned status, Duration took);
    /// What a supervisor's order came to: accepted, refused, invalid, not_found, no_answer,
    /// too_many.
    void override_answered(std::string_view action, std::string_view outcome);
    /// A viewer of events that did not keep to the rules: too_slow, silent, too_many_messages.
    void viewer_dropped(std::string_view reason);

    /// A connection that was closed at once. Why: full, address (which has as many as it may).
    void connection_refused(std::string_view reason);
    /// A connection could not be accepted: descriptors or memory are used up.
    void accept_failed();

    /// What was too much: control, sign_in, order, event, call.
    void rate_limited(std::string_view what);
    /// What was missing or wrong: supervisor_token, sign_in, metrics_token, origin, host.
    void access_refused(std::string_view what);
    /// Why a call was not taken: full, draining.
    void call_turned_away(std::string_view reason);
    /// What became of a call that we placed; see hub::PlacedCalls.
    void call_placed(std::string_view outcome);

    /// How late a core's event loop got to a timer. `core` counts from 0.
    void event_loop_lagged(std::size_t core, Duration lag);

    // How the history keeps up.
    void history_queued(std::size_t records);  ///< that wait to be written now
    void history_writable(bool writable);      ///< whether it could be written the last time
    void history_failed();
    void history_dropped(std::size_t records);

    /// The text format 0.0.4.
    std::string serialise();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace phony::metrics
