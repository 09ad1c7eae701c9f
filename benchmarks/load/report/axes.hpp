#pragma once

#include "load/report/scale.hpp"
#include "load/report/svg.hpp"
#include "load/report/units.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// The title of a plot, above it.
void draw_title(Svg& svg, std::string_view title);

/// A line across the plot at each tick of `y`, from `left` to `right`, its value before it.
void draw_levels(Svg& svg, const Scale& y, Unit unit, double left, double right);

/// A name beside the end of a line, in the line's colour.
struct EndLabel {
    double y = 0;
    std::string text;
    std::string look;
};

/// The labels, moved apart where they would cover each other, none lower than `bottom`.
void draw_end_labels(Svg& svg, std::vector<EndLabel> labels, double x, double bottom);

}  // namespace phony::bench
