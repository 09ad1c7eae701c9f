#pragma once

#include "load/measurement.hpp"

#include <boost/json/object.hpp>

#include <string>

/// One run, for people and for machines. Samples must be sorted.
namespace phony::bench {

void sort(Samples& samples);

/// The sample that a share `q` of them does not exceed; 0 when there is none.
float quantile_of(const Samples& sorted, double q);

/// A table.
std::string to_text(const Measurement& measurement);

/// {"server":"phony","workload":{…},"turns":{"completed":652,…},"cost":{…},
///  "stages_us":{"token_to_frame":{"count":26080,"p50":118.4,…,"max":941.1},…},…}; times of stages
///  in
/// microseconds.
boost::json::object to_json(const Measurement& measurement);

}  // namespace phony::bench
