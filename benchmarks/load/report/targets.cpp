#include "load/report/targets.hpp"

#include "load/report/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

using enum Target::Kind;

constexpr std::array all_targets{
    Target{.scene = "paced",
           .figure = "cpu_us_per_turn",
           .kind = times,
           .against = "floor",
           .limit = 1.25},
    Target{.scene = "paced",
           .figure = "cpu_us_per_turn",
           .kind = times,
           .against = "node",
           .limit = 0.25},
    Target{.scene = "at_once",
           .figure = "cpu_us_per_turn",
           .kind = times,
           .against = "floor",
           .limit = 0.6},
    Target{.scene = "at_once",
           .figure = "cpu_us_per_turn",
           .kind = times,
           .against = "node",
           .limit = 0.1},
    Target{.scene = "paced",
           .figure = "token_to_frame_p50",
           .kind = on_top,
           .against = "floor",
           .limit = 20},
    Target{.scene = "paced",
           .figure = "token_to_frame_p99",
           .kind = times,
           .against = "floor",
           .limit = 1.5},
    Target{.scene = "paced",
           .figure = "prompt_to_request_p50",
           .kind = on_top,
           .against = "floor",
           .limit = 40},
    Target{.scene = "paced",
           .figure = "rss_bytes_per_call",
           .kind = absolute,
           .against = {},
           .limit = 32 * 1024},
    Target{.scene = "tls",
           .figure = "rss_bytes_per_call",
           .kind = absolute,
           .against = {},
           .limit = 115 * 1024},
};

/// What is held against the limit; nothing when something was not measured.
std::optional<double> reached(const Target& target, const Series& phony, const Series* against)
{
    const Figure& what = figure(target.figure);
    if (target.kind == absolute) {
        const auto own = estimate(phony, what);
        return own ? std::optional{own->value} : std::nullopt;
    }
    if (!against) return std::nullopt;
    if (target.kind == times) {
        const auto times_that = ratio(*against, phony, what);
        return times_that ? std::optional{times_that->value} : std::nullopt;
    }
    const auto own = estimate(phony, what);
    const auto theirs = estimate(*against, what);
    return own && theirs ? std::optional{own->value - theirs->value} : std::nullopt;
}

/// The limit as "1.25 × floor", and likewise what was reached, in as many digits as it has.
std::string shown(const Target& target, double value, std::string_view times_that)
{
    const Figure& what = figure(target.figure);
    switch (target.kind) {
    case times: return fmt::format("{} {}", times_that, target.against);
    case on_top:
        return fmt::format(
            "{} {} {}", target.against, value < 0 ? "−" : "+", what.shown(std::abs(value)));
    case absolute: return what.shown(value);
    }
    return {};
}

}  // namespace

std::span<const Target> targets()
{
    return all_targets;
}

std::optional<Judgement> judge(const Target& target, const Scene& scene)
{
    const Series* const phony = scene.find("phony");
    if (scene.key != target.scene || !phony) return std::nullopt;
    const auto value = reached(target, *phony, scene.find(target.against));
    if (!value) return std::nullopt;
    return Judgement{.title = fmt::format("{}, {}", figure(target.figure).title, scene.name),
                     .reached = shown(target, *value, show_ratio(*value)),
                     .limit = "≤ " +
                              shown(target, target.limit, fmt::format("{:g} ×", target.limit)),
                     .met = *value <= target.limit};
}

std::vector<Judgement> judge_all(std::span<const Scene> scenes)
{
    std::vector<Judgement> all;
    for (const Target& target : targets()) {
        for (const Scene& scene : scenes) {
            if (auto judgement = judge(target, scene)) all.push_back(std::move(*judgement));
        }
    }
    return all;
}

}  // namespace phony::bench
