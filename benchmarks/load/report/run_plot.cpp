#include "load/report/axes.hpp"
#include "load/report/plots.hpp"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

constexpr double page_width = 1080;
constexpr double page_height = 250;
constexpr double left = 70;
constexpr double right = page_width - 90;
constexpr double top = 36;
constexpr double bottom = page_height - 34;

}  // namespace

std::string run_plot(std::string_view title, Unit unit, const std::vector<RunDots>& series)
{
    double low = 1e18;
    double high = 0;
    std::size_t runs = 0;
    for (const RunDots& each : series) {
        for (const double value : each.values) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
        runs = std::max(runs, each.values.size());
    }
    if (runs == 0) return {};

    // Not from zero: what is to be seen is how the runs differ.
    const double margin = std::max((high - low) * 0.15, high * 0.01);
    const Scale y{Scale::Kind::linear, low - margin, high + margin, bottom, top};
    const Scale x{Scale::Kind::linear, 0.5, static_cast<double>(runs) + 0.5, left, right};

    Svg svg{page_width, page_height, title};
    draw_title(svg, title);
    draw_levels(svg, y, unit, left, right);
    std::vector<EndLabel> names;
    names.reserve(series.size());
    for (const RunDots& each : series) {
        if (each.values.empty()) continue;
        const double middle = y.at(median(each.values));
        svg.line({.x = left, .y = middle}, {.x = right, .y = middle}, "median " + each.look);
        for (std::size_t run = 0; run < each.values.size(); ++run) {
            const double value = each.values[run];
            svg.dot({.x = x.at(static_cast<double>(run + 1)), .y = y.at(value)},
                    5,
                    "dot " + each.look,
                    fmt::format("{}, run {}: {}", each.name, run + 1, show(value, unit)));
        }
        names.push_back({.y = middle, .text = each.name, .look = each.look});
    }
    const std::size_t every = runs / 20 + 1;
    for (std::size_t run = 1; run <= runs; run += every) {
        const double at = x.at(static_cast<double>(run));
        svg.text({.x = at, .y = bottom + 20}, fmt::format("{}", run), "label middle");
    }
    draw_end_labels(svg, std::move(names), right + 12, bottom);
    return std::move(svg).finish();
}

}  // namespace phony::bench
