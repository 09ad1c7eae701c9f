#include "load/report/axes.hpp"
#include "load/report/plots.hpp"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

constexpr double page_width = 560;
constexpr double page_height = 330;
constexpr double left = 70;
constexpr double right = page_width - 130;  // what follows is for the value of the longest bar
constexpr double top = 40;
constexpr double legend = right - 40;
constexpr double most_row_height = 70;
constexpr double bar_height = 26;

void draw_legend(Svg& svg)
{
    svg.rect({.x = legend, .y = 5, .width = 11, .height = 11}, 2, "bar none");
    svg.text({.x = legend + 16, .y = 15}, "own code", "label");
    svg.rect({.x = legend + 86, .y = 5, .width = 11, .height = 11}, 2, "kernel none");
    svg.text({.x = legend + 102, .y = 15}, "kernel", "label");
}

void draw_bar(Svg& svg, const CostBar& bar, const Scale& x, double y)
{
    const double middle = y + bar_height / 2;
    const double length = x.at(bar.total.value) - left;
    const double own = length * bar.user_share;
    const std::string hint =
        fmt::format("{}: {} in its own code, {} in the kernel",
                    bar.name,
                    show(bar.total.value * bar.user_share, Unit::microseconds),
                    show(bar.total.value * (1 - bar.user_share), Unit::microseconds));

    svg.text({.x = left - 10, .y = middle + 4}, bar.name, "name end " + bar.look);
    svg.rect(
        {.x = left, .y = y, .width = length, .height = bar_height}, 3, "kernel " + bar.look, hint);
    svg.rect({.x = left, .y = y, .width = own, .height = bar_height}, 3, "bar " + bar.look, hint);
    const double low = x.at(bar.total.interval.low);
    const double high = x.at(bar.total.interval.high);
    if (high - low > 1) {
        svg.line({.x = low, .y = middle}, {.x = high, .y = middle}, "whisker");
        svg.line({.x = low, .y = middle - 4}, {.x = low, .y = middle + 4}, "whisker");
        svg.line({.x = high, .y = middle - 4}, {.x = high, .y = middle + 4}, "whisker");
    }

    double end = std::max(x.at(bar.total.value), high);
    for (const double goal : bar.goals) {
        const double at = x.at(goal);
        svg.line({.x = at, .y = y - 5}, {.x = at, .y = y + bar_height + 5}, "target");
        end = std::max(end, at);
    }
    end += 10;
    const std::string value = show(bar.total.value, Unit::microseconds);
    svg.text({.x = end, .y = bar.note.empty() ? middle + 4 : middle - 3}, value, "value");
    if (!bar.note.empty()) svg.text({.x = end, .y = middle + 12}, bar.note, "label");
}

}  // namespace

std::string cost_plot(std::string_view title, const std::vector<CostBar>& bars)
{
    double longest = 0;
    for (const CostBar& bar : bars) {
        longest = std::max({longest, bar.total.value, bar.total.interval.high});
        for (const double goal : bar.goals) longest = std::max(longest, goal);
    }
    if (longest <= 0) return {};

    const double row_height =
        std::min(most_row_height, (page_height - top) / static_cast<double>(bars.size()));
    const double bottom = top + row_height * static_cast<double>(bars.size());
    const Scale x{Scale::Kind::linear, 0, longest, left, right};

    Svg svg{page_width, bottom + 6, title};
    draw_title(svg, title);
    draw_legend(svg);
    double row = top + (row_height - bar_height) / 2;
    for (const CostBar& bar : bars) {
        draw_bar(svg, bar, x, row);
        row += row_height;
    }
    svg.line({.x = left, .y = top}, {.x = left, .y = bottom}, "axis");
    return std::move(svg).finish();
}

}  // namespace phony::bench
