#include "load/report/figures.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace phony::bench {
namespace {

constexpr ChangeWords of_cost{.less = "cheaper", .more = "dearer"};
constexpr ChangeWords of_time{.less = "shorter", .more = "longer"};
constexpr ChangeWords of_memory{.less = "smaller", .more = "larger"};

template <Stage stage>
double quantile_of(const Measurement& run, double q)
{
    const Samples& samples = run.samples(stage);
    std::vector<double> sorted{samples.begin(), samples.end()};
    if (sorted.empty()) return 0;
    // Only the one at its rank is needed, not all in order.
    const std::size_t rank = rank_of(q, sorted.size());
    const auto wanted = sorted.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(sorted.begin(), wanted, sorted.end());
    return *wanted;
}

template <Stage stage>
double p50(const Measurement& run)
{
    return quantile_of<stage>(run, 0.5);
}

template <Stage stage>
double p99(const Measurement& run)
{
    return quantile_of<stage>(run, 0.99);
}

constexpr std::array all_figures{
    Figure{.key = "cpu_us_per_turn",
           .title = "CPU a turn",
           .unit = Unit::microseconds,
           .words = of_cost,
           .of = [](const Measurement& run) { return run.cpu_us_per_turn(); }},
    Figure{.key = "cpu_us_per_token",
           .title = "CPU a token",
           .unit = Unit::microseconds,
           .words = of_cost,
           .of = [](const Measurement& run) { return run.cpu_us_per_token(); }},
    Figure{.key = "token_to_frame_p50",
           .title = "token → frame, p50",
           .unit = Unit::microseconds,
           .words = of_time,
           .of = p50<Stage::token_to_frame>},
    Figure{.key = "token_to_frame_p99",
           .title = "token → frame, p99",
           .unit = Unit::microseconds,
           .words = of_time,
           .of = p99<Stage::token_to_frame>},
    Figure{.key = "prompt_to_request_p50",
           .title = "prompt → request, p50",
           .unit = Unit::microseconds,
           .words = of_time,
           .of = p50<Stage::prompt_to_request>},
    Figure{.key = "prompt_to_request_p99",
           .title = "prompt → request, p99",
           .unit = Unit::microseconds,
           .words = of_time,
           .of = p99<Stage::prompt_to_request>},
    Figure{.key = "prompt_to_first_frame_p50",
           .title = "prompt → first frame, p50",
           .unit = Unit::microseconds,
           .words = of_time,
           .of = p50<Stage::prompt_to_first_frame>},
    Figure{.key = "rss_bytes_per_call",
           .title = "memory a call",
           .unit = Unit::bytes,
           .words = of_memory,
           .of = [](const Measurement& run) { return run.rss_bytes_per_call(); }},
};

/// What both series have of this figure, run for run; empty when some run has nothing.
std::vector<Pair> pairs_of(const Series& a, const Series& b, const Figure& figure)
{
    std::vector<Pair> pairs(std::min(a.runs.size(), b.runs.size()));
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        pairs[i] = {.a = figure.of(a.runs[i]), .b = figure.of(b.runs[i])};
        if (pairs[i].a <= 0 || pairs[i].b <= 0) return {};
    }
    return pairs;
}

}  // namespace

std::span<const Figure> figures()
{
    return all_figures;
}

const Figure& figure(std::string_view key)
{
    const auto* const found = std::find_if(all_figures.begin(),
                                           all_figures.end(),
                                           [key](const Figure& each) { return each.key == key; });
    if (found == all_figures.end()) throw std::logic_error{"no figure " + std::string{key}};
    return *found;
}

std::optional<Estimate> estimate(const Series& series, const Figure& figure)
{
    std::vector<double> values;
    values.reserve(series.runs.size());
    for (const Measurement& run : series.runs) values.push_back(figure.of(run));
    const bool measured =
        !values.empty() &&
        std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
    if (!measured) return std::nullopt;
    return estimate(values);
}

std::optional<PairedResult> compare(const Series& a, const Series& b, const Figure& figure)
{
    const std::vector<Pair> pairs = pairs_of(a, b, figure);
    if (pairs.empty()) return std::nullopt;
    return compare_pairs(pairs);
}

std::optional<Estimate> ratio(const Series& a, const Series& b, const Figure& figure)
{
    const std::vector<Pair> pairs = pairs_of(a, b, figure);
    if (pairs.empty()) return std::nullopt;
    std::vector<double> ratios(pairs.size());
    std::transform(pairs.begin(), pairs.end(), ratios.begin(), [](const Pair& pair) {
        return pair.b / pair.a;
    });
    return estimate(ratios);
}

}  // namespace phony::bench
