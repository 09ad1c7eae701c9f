#pragma once

#include "load/measurement.hpp"
#include "load/report/statistics.hpp"

#include <string>
#include <string_view>
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

/// What its runs warn of, each kind once: "phony: model late: 1 % by more than 1019 µs (2 of 5
/// runs)". `who` begins each.
std::vector<std::string> warnings(const Series& series, std::string_view who);

}  // namespace phony::bench
