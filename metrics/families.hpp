#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

/// Metrics whose values are known elsewhere and are only asked for when Prometheus does.
namespace phony::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

struct Reading {
    Labels labels;
    double value = 0;
};

prometheus::MetricFamily gauges(const char* name, const char* help, std::vector<Reading> readings);
prometheus::MetricFamily gauge(const char* name, const char* help, double value);

/// Values that only rise while the process lives.
prometheus::MetricFamily totals(const char* name, const char* help, std::vector<Reading> readings);
prometheus::MetricFamily total(const char* name, const char* help, double value);

}  // namespace phony::metrics
