// What it costs a call to be observed: each event is counted by the metrics and offered to the log.
// A token must be next to nothing; a turn's latency is a dozen histograms and the longest line.
//
//     phony_benchmarks --benchmark_filter='metrics|log'

#include "app/event_log.hpp"
#include "log/log.hpp"
#include "meter.hpp"
#include "metrics/metrics.hpp"
#include "samples.hpp"
#include <phony/call/event.hpp>

#include <benchmark/benchmark.h>

#include <string>

#include <fcntl.h>

namespace {

using namespace phony;
using micro::Meter;
using micro::works;

void metrics(benchmark::State& state, const call::Event& event)
{
    metrics::Metrics metrics{{.version = "0", .commit = "0", .model = "m", .backend = "b:1"},
                             [] { return metrics::Standing{}; }};
    Meter meter{state};
    for (auto _ : state) metrics.observe(event);
    meter.report({});
}
BENCHMARK_CAPTURE(metrics, assistant_token, call::AssistantToken{7, " certainly,"});
BENCHMARK_CAPTURE(metrics, latency, micro::latency());

bool log_to_nowhere()
{
    static const bool started = [] {
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (nowhere >= 0) log::start({.format = log::Format::json, .file_descriptor = nowhere});
        return nowhere >= 0;
    }();
    return started;
}

/// The system call that writes the line is part of it.
void log_of(benchmark::State& state, const call::Event& event)
{
    if (!works(state, log_to_nowhere())) return;
    const api::EventStamp stamp{micro::call_sid, 42, {}};

    Meter meter{state};
    for (auto _ : state) app::log_event(stamp, event);
    if (works(state, log::dropped_lines() == 0)) meter.report({});
}
BENCHMARK_CAPTURE(log_of, assistant_token, call::AssistantToken{7, " certainly,"});
BENCHMARK_CAPTURE(log_of, latency, micro::latency());

}  // namespace
