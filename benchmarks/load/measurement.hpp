#pragma once

#include "load/workload.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// What is timed. All of them are counted from the moment at which something was *due* in the
/// schedule, not from when it happened (no coordinated omission).
enum class Stage : std::uint8_t {
    prompt_to_request,      ///< prompt due → the model has read the request
    token_to_frame,         ///< token due → the caller has read a frame with it
    prompt_to_first_frame,  ///< prompt due → the first frame of its reply; includes the model's
                            ///< delay
    callers_late,           ///< prompt due → written: this tool's own lateness
    model_late,             ///< token (or burst) due → written: this tool's own lateness
};
inline constexpr std::array all_stages{Stage::prompt_to_request,
                                       Stage::token_to_frame,
                                       Stage::prompt_to_first_frame,
                                       Stage::callers_late,
                                       Stage::model_late};
/// "prompt → request": for people.
std::string_view title(Stage stage);
/// "prompt_to_request": for machines.
std::string_view key(Stage stage);

/// Microseconds, unsorted, each a turn or token whose prompt was due in the window. Complete, so
/// that quantiles are exact. (A float tells 1 µs from 2 µs up to sixteen seconds.)
using Samples = std::vector<float>;

/// Turns whose prompt was due in the window. Each is in one of these.
struct TurnCounts {
    std::uint64_t completed = 0;   ///< every token was heard, and the end of the reply
    std::uint64_t incomplete = 0;  ///< the reply ended without some of its tokens
    std::uint64_t timed_out = 0;   ///< the end of the reply did not come
    std::uint64_t dropped = 0;     ///< the server closed the call in the midst of it

    std::uint64_t failed() const { return incomplete + timed_out + dropped; }
    std::uint64_t all() const { return completed + failed(); }
};

/// What the server's process used.
struct ServerCost {
    double cpu_seconds = 0;   ///< of all its threads in the window, exact
    double user_seconds = 0;  ///< of these; the kernel splits them by ticks
    double system_seconds = 0;
    std::uint64_t rss_before = 0;  ///< bytes, before the first call
    std::uint64_t rss_idle = 0;    ///< when all calls are connected and silent
    std::uint64_t rss_end = 0;     ///< at the end of the window
};

/// What this tool used, as cores (0.4: two fifths of one). Near 1, a figure tells of the tool.
struct LoadCost {
    double callers = 0;
    double model = 0;
};

/// One run of one server.
struct Measurement {
    std::string server;  ///< ServerSpec::label
    Workload workload;
    double window_seconds = 0;  ///< as it was, by the clock

    std::array<Samples, all_stages.size()> stages;
    TurnCounts turns;
    /// Tokens that were heard in the window, those of turns that began before it included. They
    /// tell how much work the CPU time was for, without an error where the window cuts through
    /// turns.
    std::uint64_t tokens = 0;
    std::uint64_t frames = 0;  ///< text frames that were heard in the window
    ServerCost cost;
    LoadCost load;
    /// What whoever reads the figures must know: "the callers needed 0.93 of a core", …
    std::vector<std::string> warnings;

    Samples& samples(Stage stage) { return stages[static_cast<std::size_t>(stage)]; }
    const Samples& samples(Stage stage) const { return stages[static_cast<std::size_t>(stage)]; }

    // 0 when there was nothing to divide by
    double turns_of_work() const { return ratio(static_cast<double>(tokens), workload.tokens); }
    double cpu_us_per_turn() const { return ratio(cost.cpu_seconds * 1e6, turns_of_work()); }
    double cpu_us_per_token() const
    {
        return ratio(cost.cpu_seconds * 1e6, static_cast<double>(tokens));
    }
    double rss_bytes_per_call() const
    {
        return ratio(static_cast<double>(cost.rss_idle) - static_cast<double>(cost.rss_before),
                     workload.calls);
    }
    /// How many calls at this pace would fill one core.
    double calls_per_core() const
    {
        return ratio(workload.calls * window_seconds, cost.cpu_seconds);
    }
    double turns_per_second() const { return ratio(turns_of_work(), window_seconds); }
    double tokens_per_frame() const
    {
        return ratio(static_cast<double>(tokens), static_cast<double>(frames));
    }

private:
    static double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }
};

/// Starts the server, the model and the callers, plays the workload, stops all. Throws
/// std::runtime_error with a sentence for people when the server does not start, refuses calls or
/// dies, or when turns fail though no faults were asked for. Ctrl-C ends it by Interrupted.
Measurement measure(const ServerSpec& spec, const Workload& workload, const Placement& placement);

/// The user does not want to wait any longer. Whoever catches it exits.
struct Interrupted {};

}  // namespace phony::bench
