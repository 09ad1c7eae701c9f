#include "load/report/axes.hpp"
#include "load/report/plots.hpp"

#include <algorithm>
#include <set>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

constexpr double page_width = 560;
constexpr double page_height = 300;
constexpr double left = 62;
constexpr double right = page_width - 70;
constexpr double top = 36;
constexpr double bottom = page_height - 44;

struct Axes {
    Scale x;
    Scale y;
    std::set<unsigned> calls;
};

Axes axes_for(const std::vector<GrowthLine>& lines, Unit unit)
{
    std::set<unsigned> calls;
    double low = 1e18;
    double high = 0;
    for (const GrowthLine& line : lines) {
        for (const auto& [count, value] : line.points) {
            calls.insert(count);
            low = std::min(low, value.interval.low);
            high = std::max(high, value.interval.high);
        }
    }
    const double fewest = *calls.begin();
    const double most = std::max(static_cast<double>(*calls.rbegin()), 2 * fewest);
    const bool decades = unit == Unit::microseconds && low > 0 && high / low > 10;
    return {.x = {Scale::Kind::logarithmic, fewest, most, left, right},
            .y = decades ? Scale::around(low, high, bottom, top)
                         : Scale::from_zero(high, bottom, top, unit == Unit::bytes ? 1024 : 1),
            .calls = std::move(calls)};
}

void draw_line(Svg& svg, const GrowthLine& line, Unit unit, const Scale& x, const Scale& y)
{
    std::vector<Point> middle;
    std::vector<Point> above;
    std::vector<Point> below;
    for (const auto& [calls, value] : line.points) {
        middle.push_back({.x = x.at(calls), .y = y.at(value.value)});
        above.push_back({.x = x.at(calls), .y = y.at(value.interval.high)});
        below.push_back({.x = x.at(calls), .y = y.at(value.interval.low)});
    }
    svg.band(above, below, "band " + line.look);
    svg.path(middle, "curve " + line.look);
    for (std::size_t i = 0; i < middle.size(); ++i) {
        const auto& [calls, value] = line.points[i];
        svg.dot(
            middle[i],
            4,
            "dot " + line.look,
            fmt::format("{}, {} calls: {}", line.name, show_count(calls), show(value.value, unit)));
    }
}

}  // namespace

std::string growth_plot(std::string_view title, Unit unit, const std::vector<GrowthLine>& all)
{
    std::vector<GrowthLine> lines;
    std::copy_if(all.begin(), all.end(), std::back_inserter(lines), [](const auto& line) {
        return !line.points.empty();
    });
    if (lines.empty()) return {};

    const auto [x, y, calls] = axes_for(lines, unit);
    Svg svg{page_width, page_height, title};
    draw_title(svg, title);
    draw_levels(svg, y, unit, left, right);
    double free = page_width;  // from the right: the most calls are what people look for
    for (auto count = calls.rbegin(); count != calls.rend(); ++count) {
        const double at = x.at(*count);
        svg.line({.x = at, .y = bottom}, {.x = at, .y = bottom + 4}, "axis");
        const std::string label = show_count(*count);
        const double half = 4 * static_cast<double>(label.size());
        if (at + half > free) continue;  // it would run into the label behind it
        svg.text({.x = at, .y = bottom + 20}, label, "label middle");
        free = at - half;
    }
    svg.text({.x = (left + right) / 2, .y = bottom + 38}, "calls at a time", "label middle");

    std::vector<EndLabel> names;
    names.reserve(lines.size());
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        draw_line(svg, *line, unit, x, y);
        names.push_back(
            {.y = y.at(line->points.back().value.value), .text = line->name, .look = line->look});
    }
    draw_end_labels(svg, std::move(names), right + 12, bottom);
    return std::move(svg).finish();
}

}  // namespace phony::bench
