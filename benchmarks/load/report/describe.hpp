#pragma once

#include "load/report/figures.hpp"
#include "load/report/page.hpp"
#include "load/report/plots.hpp"
#include "load/report/series.hpp"
#include "load/report/table.hpp"

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What several reports have in common.
namespace phony::bench {

/// "100 calls, replies of 40 tokens 15 ms apart, …"
std::string describe(const Workload& workload);

/// A row for each stage, of all runs together: its quantiles.
Table stage_table(const Series& series);

/// Of one stage, a curve for each series.
std::string stage_plot(Stage stage, std::span<const Series> servers);

/// Figures with their intervals and values, quantiles of the stages, turns.
boost::json::object to_json(const Series& series);

/// On the page, and behind the text, a line for each.
void warn(const std::vector<std::string>& warnings, Page& page, std::string& text);

/// The start of each report's JSON.
boost::json::object json_heading(std::string_view report, const std::vector<std::string>& about);

}  // namespace phony::bench
