#include "load/report/axes.hpp"

#include <algorithm>
#include <cstddef>

namespace phony::bench {
namespace {

constexpr double line_height = 15;

}  // namespace

void draw_title(Svg& svg, std::string_view title)
{
    svg.text({.x = 0, .y = 15}, title, "title");
}

void draw_levels(Svg& svg, const Scale& y, Unit unit, double left, double right)
{
    for (const double tick : y.ticks()) {
        const double level = y.at(tick);
        svg.line({.x = left, .y = level}, {.x = right, .y = level}, "grid");
        svg.text({.x = left - 8, .y = level + 4}, show_tick(tick, unit), "label end");
    }
}

void draw_end_labels(Svg& svg, std::vector<EndLabel> labels, double x, double bottom)
{
    std::sort(labels.begin(), labels.end(), [](const EndLabel& one, const EndLabel& other) {
        return one.y < other.y;
    });
    for (std::size_t i = 1; i < labels.size(); ++i) {
        labels[i].y = std::max(labels[i].y, labels[i - 1].y + line_height);
    }
    double lowest = bottom;  // what was pushed out of the plot is pushed back, the last one first
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        label->y = std::min(label->y, lowest);
        lowest = label->y - line_height;
    }
    for (const EndLabel& label : labels) {
        svg.text({.x = x, .y = label.y + 4}, label.text, "name " + label.look);
    }
}

}  // namespace phony::bench
