#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace phony::metrics {

/// The metrics that every Prometheus client has of its process, `process_cpu_seconds_total` and so
/// on, read from /proc/self (proc(5)). One that cannot be read is left out.
std::vector<prometheus::MetricFamily> process_families();

}  // namespace phony::metrics
