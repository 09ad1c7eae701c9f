#pragma once

#include "load/report/statistics.hpp"
#include "load/report/units.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The plots of the reports, each an <svg> for a page. A `look` is the place of a series in the
/// page's palette: the same server has the same colour in each plot.
namespace phony::bench {

/// A server's look: what it is called decides, so that Phony is blue in every report, and others
/// take what is left in the order in which they come.
std::string look_of(std::string_view name, std::size_t index);

/// How late the luckiest half, the unlucky tenth, hundredth, thousandth … were: one curve a series,
/// both axes logarithmic, so that the tail has as much room as the middle.
struct QuantileCurve {
    std::string name;
    std::string look;
    std::vector<double> sorted;  ///< microseconds, ascending
};
std::string quantile_plot(std::string_view title, const std::vector<QuantileCurve>& all);

/// A horizontal bar for each server, of the time that it spent in its own code (full) and in the
/// kernel (pale), with its interval and the marks that it is not to pass.
struct CostBar {
    std::string name;
    std::string look;
    Estimate total;                  ///< microseconds
    double user_share = 1;           ///< of the total
    std::string note = {};           ///< behind the value: "1.21 × floor"
    std::vector<double> goals = {};  ///< microseconds
};
std::string cost_plot(std::string_view title, const std::vector<CostBar>& bars);

/// A figure over the number of calls (logarithmic), with the interval of each point. The y axis
/// begins at zero, so that what grows looks as if it grew, unless the values span decades.
struct GrowthPoint {
    unsigned calls = 0;
    Estimate value;
};
struct GrowthLine {
    std::string name;
    std::string look;
    std::vector<GrowthPoint> points;
};
std::string growth_plot(std::string_view title, Unit unit, const std::vector<GrowthLine>& all);

/// B's change against A, a line a figure: a dot with its interval around zero.
struct ChangeRow {
    std::string title;
    double change = 0;
    std::optional<Interval> interval;
};
std::string change_plot(std::string_view title, const std::vector<ChangeRow>& rows);

/// What was measured, run by run, in the order of time: shows what drifted and what went wrong.
struct RunDots {
    std::string name;
    std::string look;
    std::vector<double> values;
};
std::string run_plot(std::string_view title, Unit unit, const std::vector<RunDots>& series);

}  // namespace phony::bench
