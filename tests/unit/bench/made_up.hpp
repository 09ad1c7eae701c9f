#pragma once

#include "load/measurement.hpp"
#include "load/report/series.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace phony::bench {

/// A measurement whose turns cost that much, of tokens that came that late.
inline Measurement made_up(std::string server, double us_per_turn, float us_late)
{
    constexpr double turns = 500;
    Measurement made;
    made.server = std::move(server);
    made.window_seconds = 10;
    made.tokens = static_cast<std::uint64_t>(turns) * made.workload.tokens;
    made.frames = made.tokens;
    made.turns.completed = static_cast<std::uint64_t>(turns);
    made.cost.cpu_seconds = us_per_turn * turns / 1e6;
    made.cost.user_seconds = made.cost.cpu_seconds / 4;
    made.cost.system_seconds = made.cost.cpu_seconds - made.cost.user_seconds;
    made.cost.rss_before = 8'000'000;
    made.cost.rss_idle = made.cost.rss_before + 20'480 * std::uint64_t{made.workload.calls};
    for (const Stage stage : all_stages) made.samples(stage).assign(200, us_late);
    return made;
}

/// Runs that differ a little, each in its own way.
inline Series made_up_series(const std::string& server,
                             std::size_t runs,
                             double us_per_turn,
                             float us_late)
{
    Series series{.name = server, .runs = {}};
    for (std::size_t run = 0; run < runs; ++run) {
        const double noise = 1 + 0.002 * static_cast<double>(run % 3);
        series.runs.push_back(
            made_up(server, us_per_turn * noise, us_late * static_cast<float>(noise)));
    }
    return series;
}

}  // namespace phony::bench
