#include "load/report/axes.hpp"
#include "load/report/plots.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

constexpr double page_width = 560;
constexpr double page_height = 330;
constexpr double left = 58;
constexpr double right = page_width - 76;
constexpr double top = 34;
constexpr double bottom = page_height - 30;

struct Mark {
    double q;
    std::string_view name;
};
constexpr std::array marks{Mark{.q = 0.5, .name = "p50"},
                           Mark{.q = 0.9, .name = "p90"},
                           Mark{.q = 0.99, .name = "p99"},
                           Mark{.q = 0.999, .name = "p99.9"},
                           Mark{.q = 0.9999, .name = "p99.99"},
                           Mark{.q = 0.99999, .name = "p99.999"}};

/// 0.99 is 2 nines, 0.999 is 3.
double nines(double q)
{
    return -std::log10(1 - q);
}

/// Of a curve of so many samples: the last of them is the end.
double most_nines(const QuantileCurve& curve)
{
    return std::log10(static_cast<double>(curve.sorted.size()));
}

struct Axes {
    Scale x;
    Scale y;
};

Axes axes_for(const std::vector<QuantileCurve>& curves)
{
    constexpr double finest = 1;  // microseconds
    double low = 1e12;
    double high = finest;
    double longest = 2;
    for (const QuantileCurve& curve : curves) {
        low = std::min(low, std::max(quantile(curve.sorted, 0.01), finest));
        high = std::max(high, curve.sorted.back());
        longest = std::max(longest, most_nines(curve));
    }
    return {.x = {Scale::Kind::linear, 0, longest, left, right},
            .y = Scale::around(low, high, bottom, top)};
}

void draw_quantiles(Svg& svg, const Scale& x, const Scale& y)
{
    draw_levels(svg, y, Unit::microseconds, left, right);
    for (const auto& [q, name] : marks) {
        const double at = x.at(nines(q));
        if (at > right - 12 && at < right + 1e-6) break;  // its label would run out of the plot
        svg.line({.x = at, .y = top}, {.x = at, .y = bottom}, "grid");
        svg.text({.x = at, .y = bottom + 18}, name, "label middle");
    }
}

void draw_curve(Svg& svg, const QuantileCurve& curve, const Scale& x, const Scale& y)
{
    constexpr int steps = 240;
    std::vector<Point> points;
    points.reserve(steps + 1);
    for (int i = 0; i <= steps; ++i) {
        const double reached = most_nines(curve) * i / steps;
        const double q = 1 - std::pow(10, -reached);
        points.push_back({.x = x.at(reached), .y = y.at(quantile(curve.sorted, q))});
    }
    points.back().y = y.at(curve.sorted.back());
    svg.path(points, "curve " + curve.look);

    for (const auto& [q, name] : marks) {
        if (nines(q) > most_nines(curve)) break;
        const double value = quantile(curve.sorted, q);
        svg.dot({.x = x.at(nines(q)), .y = y.at(value)},
                3,
                "dot " + curve.look,
                fmt::format("{}, {}: {}", curve.name, name, show(value, Unit::microseconds)));
    }
}

}  // namespace

std::string quantile_plot(std::string_view title, const std::vector<QuantileCurve>& all)
{
    std::vector<QuantileCurve> curves;
    std::copy_if(all.begin(), all.end(), std::back_inserter(curves), [](const auto& curve) {
        return !curve.sorted.empty();
    });
    if (curves.empty()) return {};

    const auto [x, y] = axes_for(curves);
    Svg svg{page_width, page_height, title};
    draw_title(svg, title);
    draw_quantiles(svg, x, y);

    std::vector<EndLabel> names;
    names.reserve(curves.size());
    // The first is drawn last, on top of the others.
    for (auto curve = curves.rbegin(); curve != curves.rend(); ++curve) {
        draw_curve(svg, *curve, x, y);
        names.push_back(
            {.y = y.at(curve->sorted.back()), .text = curve->name, .look = curve->look});
    }
    draw_end_labels(svg, std::move(names), right + 8, bottom);
    return std::move(svg).finish();
}

}  // namespace phony::bench
