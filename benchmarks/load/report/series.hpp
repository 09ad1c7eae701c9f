#pragma once

#include "load/measurement.hpp"
#include "load/report/statistics.hpp"

#include <string>
#include <vector>

namespace phony::bench {

/// What one server was found to be, again and again, under one workload. `runs` is not empty where
/// a series is reported.
struct Series {
    std::string name;
    std::vector<Measurement> runs;
};

/// The samples of a stage from all runs together, ascending.
std::vector<double> pooled(const Series& series, Stage stage);

/// Each warning that any run gave, once.
std::vector<std::string> warnings(const Series& series);

}  // namespace phony::bench
