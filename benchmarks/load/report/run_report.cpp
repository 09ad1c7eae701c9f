#include "load/report/describe.hpp"
#include "load/report/page.hpp"
#include "load/report/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

Table figure_table(const Series& series)
{
    Table table{.header = {series.name, "median", "95 %"}, .rows = {}};
    for (const Figure& figure : figures()) {
        const auto value = estimate(series, figure);
        if (!value) continue;
        const auto [low, high] = value->interval;
        table.rows.push_back(
            {{.text = std::string{figure.title}},
             {.text = figure.shown(value->value), .tone = Tone::strong},
             {.text = value->count > 1
                          ? fmt::format("{} … {}", figure.shown(low), figure.shown(high))
                          : "one run",
              .tone = Tone::quiet}});
    }
    return table;
}

std::vector<Tile> tiles_of(const Series& series)
{
    std::vector<Tile> tiles;
    for (const std::string_view key :
         {"cpu_us_per_turn", "token_to_frame_p50", "token_to_frame_p99", "rss_bytes_per_call"}) {
        const Figure& what = figure(key);
        const auto value = estimate(series, what);
        if (!value) continue;
        tiles.push_back(
            {.title = std::string{what.title},
             .value = what.shown(value->value),
             .note = value->count > 1
                         ? fmt::format("± {:.1f} %, {} runs", value->spread() * 100, value->count)
                         : "one run"});
    }
    std::vector<double> calls(series.runs.size());
    std::transform(series.runs.begin(), series.runs.end(), calls.begin(), [](const auto& run) {
        return run.calls_per_core();
    });
    tiles.push_back({.title = "calls a core",
                     .value = show_count(std::floor(median(calls))),
                     .note = "at this pace, by CPU time"});
    return tiles;
}

/// The server's stages, and how late the tool itself was.
std::string stages_plot(const Series& series)
{
    constexpr std::array looks{
        "look-phony", "look-node", "look-python", "look-floor", "look-floor"};
    std::vector<QuantileCurve> curves;
    for (std::size_t i = 0; i < all_stages.size(); ++i) {
        const Stage stage = all_stages[i];
        if (stage == Stage::prompt_to_first_frame) continue;  // it is mostly the model's delay
        constexpr std::string_view arrow = " → ";
        const std::string_view name = title(stage);
        const std::size_t cut = name.find(arrow);
        curves.push_back(
            {.name = std::string{cut == std::string_view::npos ? name : name.substr(cut + 1)},
             .look = looks[i],
             .sorted = pooled(series, stage)});
    }
    return quantile_plot("Stages, and how late this tool was itself (grey)", curves);
}

std::string cpu_by_run(const Series& series)
{
    if (series.runs.size() < 2) return {};
    const Figure& cpu = figure("cpu_us_per_turn");
    RunDots dots{.name = "median", .look = "look-phony", .values = {}};
    std::transform(series.runs.begin(), series.runs.end(), std::back_inserter(dots.values), cpu.of);
    return run_plot("CPU a turn, run by run", cpu.unit, {dots});
}

}  // namespace

Report run_report(const Series& series, const Circumstances& circumstances)
{
    const std::string workload = describe(series.runs.front().workload);
    Report report{.text = {}, .json = json_heading("run", circumstances), .html = {}};
    if (series.runs.size() > 1) report.text = "\n" + to_markdown(figure_table(series));
    report.json["result"] = to_json(series);

    Page page{series.name, workload};
    page.tiles(tiles_of(series));
    page.warnings(warnings(series, series.name));
    page.heading("Latency");
    page.paragraph(
        "From the moment at which something was due, not from when it happened: who had to "
        "wait for a slow one counts, too.");
    page.plots(
        {stages_plot(series), stage_plot(Stage::prompt_to_first_frame, std::span{&series, 1})});
    page.table(stage_table(series));
    page.heading("Cost");
    page.table(figure_table(series));
    page.plots({cpu_by_run(series)});
    report.html = std::move(page).finish(circumstances);
    return report;
}

}  // namespace phony::bench
