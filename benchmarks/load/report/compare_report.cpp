#include "load/report/describe.hpp"
#include "load/report/page.hpp"
#include "load/report/report.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

struct Compared {
    const Figure* figure;
    Estimate a;
    Estimate b;
    PairedResult result;
};

std::vector<Compared> compare_all(const Series& a, const Series& b)
{
    std::vector<Compared> all;
    for (const Figure& figure : figures()) {
        const auto of_a = estimate(a, figure);
        const auto of_b = estimate(b, figure);
        const auto result = compare(a, b, figure);
        if (of_a && of_b && result) {
            all.push_back({.figure = &figure, .a = *of_a, .b = *of_b, .result = *result});
        }
    }
    return all;
}

Tone tone_of(const PairedResult& result)
{
    if (!result.real()) return Tone::plain;
    return result.change < 0 ? Tone::good : Tone::bad;
}

Table table_of(std::span<const Compared> all)
{
    Table table{.header = {"", "A", "B", "change", "verdict"}, .rows = {}};
    for (const auto& [figure, a, b, result] : all) {
        table.rows.push_back({{.text = std::string{figure->title}},
                              {.text = figure->shown(a.value)},
                              {.text = figure->shown(b.value), .tone = Tone::strong},
                              {.text = show_change(result.change), .tone = tone_of(result)},
                              {.text = verdict(result, figure->words), .tone = tone_of(result)}});
    }
    return table;
}

std::vector<Tile> tiles_of(std::span<const Compared> all)
{
    std::vector<Tile> tiles;
    for (const auto& [figure, a, b, result] : all) {
        if (tiles.size() == 4) break;
        tiles.push_back(
            {.title = std::string{figure->title},
             .value = show_change(result.change),
             .note = fmt::format("{} → {}", figure->shown(a.value), figure->shown(b.value)),
             .tone = tone_of(result)});
    }
    return tiles;
}

std::string changes(std::span<const Compared> all)
{
    std::vector<ChangeRow> rows;
    rows.reserve(all.size());
    for (const Compared& each : all) {
        rows.push_back({.title = std::string{each.figure->title},
                        .change = each.result.change,
                        .interval = each.result.interval});
    }
    return change_plot("What changes from A to B, with 95 % intervals", rows);
}

RunDots dots_of(const Series& series, std::string_view name, std::string_view look)
{
    RunDots dots{.name = std::string{name}, .look = std::string{look}, .values = {}};
    const Figure& cpu = figure("cpu_us_per_turn");
    std::transform(series.runs.begin(), series.runs.end(), std::back_inserter(dots.values), cpu.of);
    return dots;
}

std::string latencies(Stage stage, const Series& a, const Series& b)
{
    return quantile_plot(title(stage),
                         {{.name = "B", .look = "look-phony", .sorted = pooled(b, stage)},
                          {.name = "A", .look = "look-floor", .sorted = pooled(a, stage)}});
}

boost::json::object json_of(const Compared& compared)
{
    const auto& [figure, a, b, result] = compared;
    boost::json::object out{{"a", a.value},
                            {"b", b.value},
                            {"change", result.change},
                            {"real", result.real()},
                            {"verdict", verdict(result, figure->words)}};
    if (result.interval) {
        out["low"] = result.interval->low;
        out["high"] = result.interval->high;
    }
    return out;
}

std::string sentence(std::string text)
{
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text + ".";
}

}  // namespace

Report compare_report(const Series& a, const Series& b, const Circumstances& circumstances)
{
    const std::vector<Compared> all = compare_all(a, b);
    const std::string workload = describe(b.runs.front().workload);
    const std::string who = fmt::format("A: {} · B: {} · {} pairs", a.name, b.name, b.runs.size());
    const std::string found =
        all.empty() ? "Nothing to compare."
                    : sentence(fmt::format("{}: {}",
                                           all.front().figure->title,
                                           verdict(all.front().result, all.front().figure->words)));

    Report report{.text = fmt::format("{}\n{}\n\n{}\n", who, workload, to_markdown(table_of(all))),
                  .json = json_heading("compare", circumstances),
                  .html = {}};
    report.text += fmt::format("{}\n", found);
    report.text +=
        "Each line stands for itself: of twenty without a difference, one is taken for a "
        "real one by chance.\n";

    report.json["a"] = to_json(a);
    report.json["b"] = to_json(b);
    boost::json::object comparison;
    for (const Compared& each : all) comparison[each.figure->key] = json_of(each);
    report.json["comparison"] = std::move(comparison);

    Page page{found, fmt::format("{} · {}", who, workload)};
    page.tiles(tiles_of(all));
    page.heading("What is different");
    page.paragraph(
        "A and B were measured in turns, so that whatever the machine was doing was done to "
        "both. An interval that does not reach zero is a real difference; each stands for "
        "itself, so that of twenty without a difference one is coloured by chance.");
    page.plots({changes(all)});
    page.table(table_of(all));
    page.heading("Latency, of all runs together");
    page.plots({latencies(Stage::token_to_frame, a, b), latencies(Stage::prompt_to_request, a, b)});
    page.heading("Run by run");
    page.plots({run_plot("CPU a turn, in the order of time; the lines are the medians",
                         Unit::microseconds,
                         {dots_of(a, "A", "look-floor"), dots_of(b, "B", "look-phony")})});
    std::vector<std::string> warned = warnings(a, "A");
    std::ranges::move(warnings(b, "B"), std::back_inserter(warned));
    warn(warned, page, report.text);
    report.html = std::move(page).finish(circumstances);
    return report;
}

}  // namespace phony::bench
