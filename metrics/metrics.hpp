#pragma once

#include <phony/call/event.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace phony::metrics {

/// What Prometheus learns. Any thread may count; serialising takes milliseconds and belongs off the
/// I/O threads. No label holds a call SID or a phone number.
class Metrics {
public:
    using Count = std::function<std::size_t()>;

    /// The two are asked at every scrape.
    Metrics(Count active_calls, Count viewers);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// Counts what an event tells: latencies, transcripts, commands, overrides, the end of a call.
    void observe(const call::Event& event);

    void frame_malformed();
    void frame_unknown();
    void signature_failed();
    /// A viewer of events that did not keep to the rules: too_slow, silent, too_many_messages.
    void viewer_dropped(std::string_view reason);

    /// What was too much: control, sign_in, order, event.
    void rate_limited(std::string_view what);
    /// What was missing or wrong: supervisor_token, sign_in, metrics_token, origin, host.
    void access_refused(std::string_view what);
    /// Why a call was not taken: full, draining.
    void call_turned_away(std::string_view reason);

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
