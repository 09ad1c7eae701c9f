#include "load/report/describe.hpp"
#include "load/report/page.hpp"
#include "load/report/report.hpp"
#include "load/report/targets.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cctype>
#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

constexpr std::string_view measure_of_all = "floor";

/// Each figure of each server, and how many times the floor's it is.
Table ratio_table(const Scene& scene)
{
    Table table{.header = {scene.title}, .rows = {}};
    for (const Series& server : scene.servers) table.header.push_back(server.name);

    const Series* const floor = scene.find(measure_of_all);
    for (const Figure& figure : figures()) {
        std::vector<Cell> row{{.text = std::string{figure.title}}};
        for (const Series& server : scene.servers) {
            const auto own = estimate(server, figure);
            Cell& cell = row.emplace_back();
            cell.text = own ? figure.shown(own->value) : "–";
            cell.tone = server.name == "phony" ? Tone::strong : Tone::plain;
            // The floor keeps its calls in one array: what a call adds to it is next to nothing.
            if (!floor || &server == floor || figure.unit == Unit::bytes) continue;
            if (const auto times = ratio(*floor, server, figure)) {
                cell.note = show_ratio(times->value);
            }
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table target_table(std::span<const Judgement> judgements)
{
    Table table{.header = {"target", "", "reached", ""}, .rows = {}};
    for (const Judgement& each : judgements) {
        table.rows.push_back(
            {{.text = each.title},
             {.text = each.limit, .tone = Tone::quiet},
             {.text = each.reached, .tone = Tone::strong},
             {.text = each.met ? "met" : "missed", .tone = each.met ? Tone::good : Tone::bad}});
    }
    return table;
}

std::vector<Tile> tiles_of(std::span<const Judgement> judgements)
{
    std::vector<Tile> tiles;
    tiles.reserve(judgements.size());
    for (const Judgement& each : judgements) {
        tiles.push_back({.title = each.title,
                         .value = each.reached,
                         .note = "target " + each.limit,
                         .tone = each.met ? Tone::good : Tone::bad});
    }
    return tiles;
}

/// Of the CPU time of all runs, what was not the kernel's.
double user_share(const Series& series)
{
    double user = 0;
    double all = 0;
    for (const Measurement& run : series.runs) {
        user += run.cost.user_seconds;
        all += run.cost.user_seconds + run.cost.system_seconds;
    }
    return all > 0 ? user / all : 1;
}

/// What Phony's bar is not to pass in this scene.
std::vector<double> goals_of(const Scene& scene, const Figure& cost)
{
    std::vector<double> goals;
    for (const Target& target : targets()) {
        const Series* const against = scene.find(target.against);
        if (target.scene != scene.key || target.figure != cost.key || !against) continue;
        if (const auto theirs = estimate(*against, cost)) {
            goals.push_back(target.limit * theirs->value);
        }
    }
    return goals;
}

std::string cost_plot_of(const Scene& scene)
{
    const Figure& cpu = figure("cpu_us_per_turn");
    const Series* const floor = scene.find(measure_of_all);
    std::vector<CostBar> bars;
    for (std::size_t i = 0; i < scene.servers.size(); ++i) {
        const Series& server = scene.servers[i];
        const auto total = estimate(server, cpu);
        if (!total) continue;
        CostBar bar{.name = server.name,
                    .look = look_of(server.name, i),
                    .total = *total,
                    .user_share = user_share(server)};
        if (floor && &server != floor) {
            if (const auto times = ratio(*floor, server, cpu)) {
                bar.note = fmt::format("{} {}", show_ratio(times->value), measure_of_all);
            }
        }
        if (server.name == "phony") bar.goals = goals_of(scene, cpu);
        bars.push_back(std::move(bar));
    }
    return cost_plot("CPU a turn", bars);
}

/// The one sentence to remember; without the peers that it speaks of, the plain one.
std::string headline(std::span<const Scene> scenes)
{
    const auto paced = std::find_if(
        scenes.begin(), scenes.end(), [](const Scene& scene) { return scene.key == "paced"; });
    if (paced == scenes.end()) return "Phony beside its peers";
    const Series* const phony = paced->find("phony");
    const Series* const floor = paced->find(measure_of_all);
    const Series* const node = paced->find("node");
    if (!phony || !floor || !node) return "Phony beside its peers";
    const Figure& cpu = figure("cpu_us_per_turn");
    const auto to_floor = ratio(*floor, *phony, cpu);
    const auto to_node = ratio(*phony, *node, cpu);
    if (!to_floor || !to_node) return "Phony beside its peers";
    return fmt::format(
        "A turn costs Phony {:.2f} times what a bare relay pays. Node.js pays {:.1f} "
        "times what Phony does.",
        to_floor->value,
        to_node->value);
}

}  // namespace

const Series* Scene::find(std::string_view server) const
{
    const auto found = std::find_if(servers.begin(), servers.end(), [server](const Series& each) {
        return each.name == server;
    });
    return found == servers.end() ? nullptr : &*found;
}

Report peers_report(std::span<const Scene> scenes, const Circumstances& circumstances)
{
    const std::vector<Judgement> judgements = judge_all(scenes);
    Report report{.text = {}, .json = json_heading("peers", circumstances), .html = {}};
    Page page{
        headline(scenes),
        "The same calls, played to each server in turn on one core, in rounds. Medians of the "
        "rounds. The floor is a relay that does nothing but read and write; dashed marks are "
        "Phony's targets."};
    page.tiles(tiles_of(judgements));

    boost::json::object json;
    for (const Scene& scene : scenes) {
        const Table table = ratio_table(scene);
        report.text += to_markdown(table) + "\n";
        std::string title = scene.title;
        title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
        page.heading(title);
        page.paragraph(describe(scene.servers.front().runs.front().workload) + ".");
        if (scene.servers.size() > 1) {
            page.plots({cost_plot_of(scene),
                        stage_plot(Stage::token_to_frame, scene.servers),
                        stage_plot(Stage::prompt_to_request, scene.servers),
                        stage_plot(Stage::prompt_to_first_frame, scene.servers)});
        }
        page.table(table);
        boost::json::array servers;
        std::vector<std::string> warned;
        for (const Series& server : scene.servers) {
            std::ranges::move(warnings(server, server.name), std::back_inserter(warned));
            servers.push_back(to_json(server));
        }
        json[scene.key] = std::move(servers);
        warn(warned, page, report.text);
        report.text += warned.empty() ? "" : "\n";
    }
    report.json["scenes"] = std::move(json);

    if (!judgements.empty()) report.text += to_markdown(target_table(judgements));
    report.html = std::move(page).finish(circumstances);
    return report;
}

}  // namespace phony::bench
