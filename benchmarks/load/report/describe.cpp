#include "load/report/describe.hpp"

#include <boost/json/array.hpp>

#include <array>
#include <chrono>
#include <cstdint>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

constexpr std::array shown_quantiles{0.5, 0.9, 0.99, 0.999};

/// "15 ms"; what is drawn anew each time, as on the command line.
std::string in_words(const Distribution& distribution)
{
    const Duration mean = distribution.mean();
    if (distribution != Distribution::constant(mean)) return distribution.text();
    return show_tick(std::chrono::duration<double, std::micro>{mean}.count(), Unit::microseconds);
}

}  // namespace

std::string describe(const Workload& workload)
{
    std::string text = fmt::format("{} call{}, replies of {} tokens ",
                                   show_count(workload.calls),
                                   workload.calls == 1 ? "" : "s",
                                   workload.tokens);
    text += workload.at_once() ? "at once" : in_words(workload.gap) + " apart";
    const double period = std::chrono::duration<double>{workload.period}.count();
    text += workload.pace == Pace::full
                ? ", each prompt as soon as the reply before it is complete"
                : fmt::format(", a prompt every {:g} s on each call", period);
    if (workload.tls) text += ", TLS";
    return text;
}

Table stage_table(const Series& series)
{
    Table table{.header = {"stage", "p50", "p90", "p99", "p99.9", "max", "samples"}, .rows = {}};
    for (const Stage stage : all_stages) {
        const std::vector<double> samples = pooled(series, stage);
        if (samples.empty()) continue;
        const bool ours = stage == Stage::callers_late || stage == Stage::model_late;
        const Tone tone = ours ? Tone::quiet : Tone::plain;
        auto& row = table.rows.emplace_back();
        row.push_back({.text = std::string{title(stage)}, .tone = tone});
        for (const double q : shown_quantiles) {
            row.push_back({.text = show(quantile(samples, q), Unit::microseconds), .tone = tone});
        }
        row.push_back({.text = show(samples.back(), Unit::microseconds), .tone = tone});
        row.push_back(
            {.text = show_count(static_cast<double>(samples.size())), .tone = Tone::quiet});
    }
    return table;
}

std::string stage_plot(Stage stage, std::span<const Series> servers)
{
    std::vector<QuantileCurve> curves;
    curves.reserve(servers.size());
    for (std::size_t i = 0; i < servers.size(); ++i) {
        curves.push_back({.name = servers[i].name,
                          .look = look_of(servers[i].name, i),
                          .sorted = pooled(servers[i], stage)});
    }
    return quantile_plot(title(stage), curves);
}

boost::json::object to_json(const Series& series)
{
    boost::json::object out{{"server", series.name}, {"runs", series.runs.size()}};
    out["workload"] = series.runs.front().workload.text();
    for (const Figure& figure : figures()) {
        const auto estimated = estimate(series, figure);
        if (!estimated) continue;
        boost::json::array values;
        for (const Measurement& run : series.runs) values.push_back(figure.of(run));
        out[figure.key] = {{"median", estimated->value},
                           {"low", estimated->interval.low},
                           {"high", estimated->interval.high},
                           {"values", values}};
    }

    boost::json::object stages;
    for (const Stage stage : all_stages) {
        const std::vector<double> samples = pooled(series, stage);
        if (samples.empty()) continue;
        stages[key(stage)] = {{"count", samples.size()},
                              {"p50", quantile(samples, 0.5)},
                              {"p90", quantile(samples, 0.9)},
                              {"p99", quantile(samples, 0.99)},
                              {"p99.9", quantile(samples, 0.999)},
                              {"max", samples.back()}};
    }
    out["stages_us"] = std::move(stages);

    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    for (const Measurement& run : series.runs) {
        completed += run.turns.completed;
        failed += run.turns.failed();
    }
    out["turns"] = {{"completed", completed}, {"failed", failed}};
    boost::json::array all_warnings;
    for (const std::string& warning : warnings(series, series.name))
        all_warnings.emplace_back(warning);
    out["warnings"] = std::move(all_warnings);
    return out;
}

void warn(const std::vector<std::string>& warnings, Page& page, std::string& text)
{
    page.warnings(warnings);
    for (const std::string& warning : warnings) text += fmt::format("warning: {}\n", warning);
}

boost::json::object json_heading(std::string_view report, const std::vector<std::string>& about)
{
    boost::json::array lines;
    for (const std::string& line : about) lines.emplace_back(line);
    return {{"report", report}, {"about", std::move(lines)}};
}

}  // namespace phony::bench
