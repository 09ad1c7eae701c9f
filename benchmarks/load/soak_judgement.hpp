#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// A straight line through samples.
struct Line {
    double slope = 0;
    double intercept = 0;

    double at(double x) const { return intercept + slope * x; }
};

struct MemorySample {
    double seconds = 0;  ///< since the beginning
    double bytes = 0;    ///< resident
};

/// By least squares; at least two samples, not all of the same moment.
Line line_through(std::span<const MemorySample> samples);

/// How resident memory went, once the server was warm.
struct MemoryTrend {
    double from = 0;   ///< bytes where the line begins
    double to = 0;     ///< and where it ends
    double slope = 0;  ///< bytes a second
    /// The same over 20 s, as most of them were: a leak grows all the time. When the machine is
    /// stopped for a moment, all that has queued up meanwhile is memory that the C library keeps: a
    /// step, and flat before and after it.
    double typical_slope = 0;
    double seconds = 0;

    double growth() const { return to - from; }
    /// What typically grows comes to no more than 5 % and 2 MiB; nor have steps come to a half and
    /// 8 MiB.
    bool is_flat() const;
};

/// Of the samples after `warm` seconds. Too few: a trend over 0 seconds, which is flat.
MemoryTrend trend_of(std::span<const MemorySample> samples, double warm);

/// Samples of Prometheus' text format, by name and labels: `phony_viewers`,
/// `phony_model_connections{core="0",state="idle"}`.
using Metrics = std::map<std::string, double, std::less<>>;
Metrics read_metrics(std::string_view text);

/// Of all samples of a family whose labels contain `label` (`state="idle"`; empty: all).
double sum_of(const Metrics& metrics, std::string_view family, std::string_view label = {});

/// What is not as it was before the first caller, each as a sentence; empty once all callers have
/// left and nothing of them.
std::vector<std::string> remains(const Metrics& metrics);

/// Whether a line of the log, in JSON, is of the level `error`.
bool is_error(std::string_view log_line);

}  // namespace phony::bench
