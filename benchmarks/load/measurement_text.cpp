#include "load/measurement_text.hpp"

#include "load/duration.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

namespace json = boost::json;

struct Quantile {
    const char* name;
    double share;
};
constexpr Quantile quantiles[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1}};

json::object stage_json(const Samples& samples)
{
    json::object object{{"count", samples.size()}};
    for (const auto& [name, share] : quantiles) object[name] = quantile_of(samples, share);
    return object;
}

json::object workload_json(const Workload& workload)
{
    json::object object{{"calls", workload.calls},
                        {"pace", workload.pace == Pace::human ? "human" : "full"},
                        {"tokens", workload.tokens},
                        {"first_token", workload.first_token.text()},
                        {"gap", workload.gap.text()},
                        {"turns_per_call", workload.turns_per_call},
                        {"tls", workload.tls},
                        {"warmup", to_text(workload.warmup)},
                        {"duration", to_text(workload.duration)},
                        {"seed", workload.seed}};
    if (workload.pace == Pace::human) object["period"] = to_text(workload.period);
    if (workload.faults.any()) {
        object["faults"] = {{"refused", workload.faults.refused},
                            {"cut", workload.faults.cut},
                            {"late", workload.faults.late},
                            {"lateness", to_text(workload.faults.lateness)}};
    }
    return object;
}

double kilobytes(double bytes)
{
    return bytes / 1024;
}

}  // namespace

void sort(Samples& samples)
{
    std::ranges::sort(samples);
}

float quantile_of(const Samples& sorted, double q)
{
    if (sorted.empty()) return 0;
    const double rank = std::ceil(q * static_cast<double>(sorted.size()));
    const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return sorted[std::min(index, sorted.size() - 1)];
}

std::string to_text(const Measurement& measurement)
{
    std::string text;
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "{}: {}\n", measurement.server, measurement.workload.text());
    fmt::format_to(out, "{:>24}", "µs");
    for (const auto& [name, share] : quantiles) fmt::format_to(out, "{:>11}", name);
    for (const Stage stage : all_stages) {
        fmt::format_to(out, "\n  {:<21}", title(stage));
        for (const auto& [name, share] : quantiles)
            fmt::format_to(out, "{:>11.0f}", quantile_of(measurement.samples(stage), share));
    }
    const ServerCost& cost = measurement.cost;
    const TurnCounts& turns = measurement.turns;
    fmt::format_to(out,
                   "\n  {} turns and {} failed, {:.1f} a second, {:.1f} tokens a frame\n"
                   "  CPU: {:.0f} µs a turn, {:.1f} µs a token, {:.0f} % in the kernel; "
                   "{:.0f} such calls fill a core\n"
                   "  memory: {:.1f} MB before, {:.1f} KB a call, {:.1f} MB at the end\n"
                   "  the load: callers {:.2f}, model {:.2f} of a core\n",
                   turns.completed,
                   turns.failed(),
                   measurement.turns_per_second(),
                   measurement.tokens_per_frame(),
                   measurement.cpu_us_per_turn(),
                   measurement.cpu_us_per_token(),
                   cost.cpu_seconds > 0 ? 100 * cost.system_seconds / cost.cpu_seconds : 0,
                   measurement.calls_per_core(),
                   kilobytes(kilobytes(static_cast<double>(cost.rss_before))),
                   kilobytes(measurement.rss_bytes_per_call()),
                   kilobytes(kilobytes(static_cast<double>(cost.rss_end))),
                   measurement.load.callers,
                   measurement.load.model);
    for (const std::string& warning : measurement.warnings)
        fmt::format_to(out, "  warning: {}\n", warning);
    return text;
}

json::object to_json(const Measurement& measurement)
{
    json::object stages;
    for (const Stage stage : all_stages)
        stages[key(stage)] = stage_json(measurement.samples(stage));
    const TurnCounts& turns = measurement.turns;
    const ServerCost& cost = measurement.cost;
    return {
        {"server", measurement.server},
        {"workload", workload_json(measurement.workload)},
        {"window_seconds", measurement.window_seconds},
        {"turns",
         {{"completed", turns.completed},
          {"incomplete", turns.incomplete},
          {"timed_out", turns.timed_out},
          {"dropped", turns.dropped}}},
        {"tokens", measurement.tokens},
        {"frames", measurement.frames},
        {"stages_us", stages},
        {"cost",
         {{"cpu_seconds", cost.cpu_seconds},
          {"user_seconds", cost.user_seconds},
          {"system_seconds", cost.system_seconds},
          {"cpu_us_per_turn", measurement.cpu_us_per_turn()},
          {"cpu_us_per_token", measurement.cpu_us_per_token()},
          {"calls_per_core", measurement.calls_per_core()},
          {"rss_before_bytes", cost.rss_before},
          {"rss_idle_bytes", cost.rss_idle},
          {"rss_end_bytes", cost.rss_end},
          {"rss_bytes_per_call", measurement.rss_bytes_per_call()}}},
        {"load",
         {{"callers_cores", measurement.load.callers}, {"model_cores", measurement.load.model}}},
        {"warnings", json::array(measurement.warnings.begin(), measurement.warnings.end())}};
}

}  // namespace phony::bench
