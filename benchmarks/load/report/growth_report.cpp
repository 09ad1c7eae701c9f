#include "load/report/describe.hpp"
#include "load/report/page.hpp"
#include "load/report/report.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <iterator>
#include <optional>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

/// From a hundred calls to ten thousand, a turn may become dearer by this factor.
constexpr double most_growth = 1.3;

unsigned calls_of(const Series& step)
{
    return step.runs.front().workload.calls;
}

Table table_of(const Growth& growth)
{
    Table table{.header = {growth.server + ", calls",
                           "CPU a turn",
                           "CPU a token",
                           "memory a call",
                           "token → frame, p50",
                           "p99",
                           "prompt → request, p50",
                           "p99"},
                .rows = {}};
    for (const Series& step : growth.steps) {
        std::vector<Cell> row{{.text = show_count(calls_of(step))}};
        for (const std::string_view key : {"cpu_us_per_turn",
                                           "cpu_us_per_token",
                                           "rss_bytes_per_call",
                                           "token_to_frame_p50",
                                           "token_to_frame_p99",
                                           "prompt_to_request_p50",
                                           "prompt_to_request_p99"}) {
            const Figure& what = figure(key);
            const auto value = estimate(step, what);
            row.push_back({.text = value ? what.shown(value->value) : "–"});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string plot_of(std::span<const Growth> servers, std::string_view key)
{
    const Figure& what = figure(key);
    std::vector<GrowthLine> lines;
    lines.reserve(servers.size());
    for (std::size_t i = 0; i < servers.size(); ++i) {
        GrowthLine line{
            .name = servers[i].server, .look = look_of(servers[i].server, i), .points = {}};
        for (const Series& step : servers[i].steps) {
            if (const auto value = estimate(step, what)) {
                line.points.push_back({.calls = calls_of(step), .value = *value});
            }
        }
        lines.push_back(std::move(line));
    }
    return growth_plot(what.title, what.unit, lines);
}

const Series* step_of(const Growth& growth, unsigned calls)
{
    const auto found =
        std::find_if(growth.steps.begin(), growth.steps.end(), [calls](const Series& step) {
            return calls_of(step) == calls;
        });
    return found == growth.steps.end() ? nullptr : &*found;
}

/// CPU a turn with the most calls, by that with a hundred of them (or the fewest).
struct Dearer {
    unsigned from = 0;
    unsigned to = 0;
    double times = 0;

    [[nodiscard]] std::string text() const
    {
        return fmt::format("CPU a turn with {} calls is {} that with {}.",
                           show_count(to),
                           show_ratio(times),
                           show_count(from));
    }
};

std::optional<Dearer> dearer(const Growth& growth)
{
    const Series& most = growth.steps.back();
    const Series* base = step_of(growth, 100);
    if (!base || base == &most) base = &growth.steps.front();
    if (base == &most) return std::nullopt;
    const auto times = ratio(*base, most, figure("cpu_us_per_turn"));
    if (!times) return std::nullopt;
    return Dearer{.from = calls_of(*base), .to = calls_of(most), .times = times->value};
}

std::vector<Tile> tiles_of(const Growth& growth)
{
    std::vector<Tile> tiles;
    if (const auto growing = dearer(growth)) {
        tiles.push_back({.title = fmt::format("CPU a turn, {} against {} calls",
                                              show_count(growing->to),
                                              show_count(growing->from)),
                         .value = show_ratio(growing->times),
                         .note = fmt::format("target ≤ {} ×", most_growth),
                         .tone = growing->times <= most_growth ? Tone::good : Tone::bad});
    }
    const Series& most = growth.steps.back();
    for (const std::string_view key :
         {"rss_bytes_per_call", "token_to_frame_p50", "token_to_frame_p99"}) {
        const Figure& what = figure(key);
        const auto value = estimate(most, what);
        if (!value) continue;
        tiles.push_back({.title = std::string{what.title},
                         .value = what.shown(value->value),
                         .note = fmt::format("with {} calls", show_count(calls_of(most)))});
    }
    return tiles;
}

boost::json::array json_of(std::span<const Growth> servers)
{
    boost::json::array all;
    for (const Growth& growth : servers) {
        boost::json::array steps;
        for (const Series& step : growth.steps) {
            boost::json::object one = to_json(step);
            one["calls"] = calls_of(step);
            steps.push_back(std::move(one));
        }
        all.push_back({{"server", growth.server}, {"steps", std::move(steps)}});
    }
    return all;
}

}  // namespace

Report growth_report(std::span<const Growth> servers, const Circumstances& circumstances)
{
    const Growth& first = servers.front();
    const unsigned fewest = calls_of(first.steps.front());
    const unsigned most = calls_of(first.steps.back());
    const std::string title =
        fmt::format("From {} to {} calls", show_count(fewest), show_count(most));

    Report report{.text = {}, .json = json_heading("growth", circumstances), .html = {}};
    report.json["servers"] = json_of(servers);

    Page page{title, "What a turn, a call and a token cost as calls become more, on one core."};
    page.tiles(tiles_of(first));
    page.heading("Cost as it grows");
    page.plots({plot_of(servers, "cpu_us_per_turn"),
                plot_of(servers, "rss_bytes_per_call"),
                plot_of(servers, "token_to_frame_p99"),
                plot_of(servers, "prompt_to_request_p99")});
    page.heading("The figures");
    page.paragraph(
        "Medians where a step was repeated. Few calls keep a core idle for most of the time: "
        "it wakes up for each token, which is dearer than finding several waiting.");
    for (const Growth& growth : servers) {
        const Table table = table_of(growth);
        page.table(table);
        report.text += to_markdown(table) + "\n";
        if (const auto growing = dearer(growth)) {
            report.text += fmt::format("{}: {}\n", growth.server, growing->text());
        }
        std::vector<std::string> warned;
        for (const Series& step : growth.steps) {
            const std::string who =
                fmt::format("{}, {} calls", growth.server, show_count(calls_of(step)));
            std::ranges::move(warnings(step, who), std::back_inserter(warned));
        }
        warn(warned, page, report.text);
    }
    report.html = std::move(page).finish(circumstances);
    return report;
}

}  // namespace phony::bench
