#include "metrics/families.hpp"

#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>

namespace phony::metrics {
namespace {

prometheus::MetricFamily family(prometheus::MetricType type,
                                const char* name,
                                const char* help,
                                std::vector<Reading> readings)
{
    prometheus::MetricFamily made{.name = name, .help = help, .type = type, .metric = {}};
    made.metric.reserve(readings.size());
    for (Reading& reading : readings) {
        prometheus::ClientMetric metric;
        for (auto& [label, value] : reading.labels)
            metric.label.push_back({std::move(label), std::move(value)});
        metric.counter.value = reading.value;
        metric.gauge.value = reading.value;
        made.metric.push_back(std::move(metric));
    }
    return made;
}

}  // namespace

prometheus::MetricFamily gauges(const char* name, const char* help, std::vector<Reading> readings)
{
    return family(prometheus::MetricType::Gauge, name, help, std::move(readings));
}

prometheus::MetricFamily gauge(const char* name, const char* help, double value)
{
    return gauges(name, help, {{.labels = {}, .value = value}});
}

prometheus::MetricFamily totals(const char* name, const char* help, std::vector<Reading> readings)
{
    return family(prometheus::MetricType::Counter, name, help, std::move(readings));
}

prometheus::MetricFamily total(const char* name, const char* help, double value)
{
    return totals(name, help, {{.labels = {}, .value = value}});
}

}  // namespace phony::metrics
