#include "load/report/axes.hpp"
#include "load/report/plots.hpp"

#include <algorithm>
#include <cmath>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

constexpr double page_width = 1080;
constexpr double left = 210;
constexpr double right = page_width - 230;
constexpr double top = 50;
constexpr double row_height = 30;

std::string_view look_of(const ChangeRow& row)
{
    if (!row.interval || row.interval->contains(0)) return "none";
    return row.change < 0 ? "better" : "worse";
}

void draw_row(Svg& svg, const ChangeRow& row, const Scale& x, double y)
{
    const std::string look{look_of(row)};
    svg.text({.x = left - 14, .y = y + 4}, row.title, "name end");
    if (row.interval) {
        const auto [low, high] = *row.interval;
        svg.line({.x = x.at(low), .y = y}, {.x = x.at(high), .y = y}, "span " + look);
        svg.text({.x = right + 66, .y = y + 4},
                 fmt::format("{} … {}", show_change(low), show_change(high)),
                 "label");
    }
    svg.dot({.x = x.at(row.change), .y = y}, 5.5, "mark " + look);
    svg.text({.x = right + 56, .y = y + 4}, show_change(row.change), "value end " + look);
}

}  // namespace

std::string change_plot(std::string_view title, const std::vector<ChangeRow>& rows)
{
    double widest = 0.01;
    for (const ChangeRow& row : rows) {
        widest = std::max(widest, std::abs(row.change));
        if (!row.interval) continue;
        widest = std::max({widest, std::abs(row.interval->low), std::abs(row.interval->high)});
    }
    const Scale x{Scale::Kind::linear, -widest, widest, left, right};
    const double bottom = top + row_height * static_cast<double>(rows.size());

    Svg svg{page_width, bottom + 30, title};
    draw_title(svg, title);
    for (const double tick : x.ticks()) {
        const double at = x.at(tick);
        svg.line({.x = at, .y = top - 8}, {.x = at, .y = bottom}, tick == 0 ? "axis" : "grid");
        svg.text({.x = at, .y = bottom + 18},
                 tick == 0 ? "no change"
                           : fmt::format("{}{:.4g} %", tick < 0 ? "−" : "+", std::abs(tick) * 100),
                 "label middle");
    }
    svg.text({.x = left, .y = top - 16}, "◂ B needs less", "label");
    svg.text({.x = right, .y = top - 16}, "B needs more ▸", "label end");
    double y = top + row_height / 2;
    for (const ChangeRow& row : rows) {
        draw_row(svg, row, x, y);
        y += row_height;
    }
    return std::move(svg).finish();
}

}  // namespace phony::bench
