#include "load/soak_judgement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {

Line line_through(std::span<const MemorySample> samples)
{
    double x = 0;
    double y = 0;
    const auto count = static_cast<double>(samples.size());
    for (const MemorySample& sample : samples) {
        x += sample.seconds / count;
        y += sample.bytes / count;
    }
    double squares = 0;
    double products = 0;
    for (const MemorySample& sample : samples) {
        squares += (sample.seconds - x) * (sample.seconds - x);
        products += (sample.seconds - x) * (sample.bytes - y);
    }
    const double slope = squares > 0 ? products / squares : 0;
    return {.slope = slope, .intercept = y - slope * x};
}

bool MemoryTrend::is_flat() const
{
    constexpr double mebibyte = 1'048'576;
    return typical_slope * seconds <= 0.05 * from + 2 * mebibyte &&
           growth() <= 0.5 * from + 8 * mebibyte;
}

namespace {

/// The median of what it was from each sample to the one some time later.
double typical_slope_of(std::span<const MemorySample> samples)
{
    constexpr std::size_t apart = 20;  // a sample a second
    std::vector<double> slopes;
    for (std::size_t i = 0; i + apart < samples.size(); ++i) {
        const MemorySample& early = samples[i];
        const MemorySample& late = samples[i + apart];
        slopes.push_back((late.bytes - early.bytes) / (late.seconds - early.seconds));
    }
    if (slopes.empty()) return line_through(samples).slope;
    const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
    std::ranges::nth_element(slopes, middle);
    return *middle;
}

}  // namespace

MemoryTrend trend_of(std::span<const MemorySample> samples, double warm)
{
    constexpr std::size_t fewest = 10;
    const auto first = std::ranges::find_if(
        samples, [warm](const MemorySample& sample) { return sample.seconds >= warm; });
    const std::span after{first, samples.end()};
    if (after.size() < fewest) return {};
    const Line line = line_through(after);
    const double begin = after.front().seconds;
    const double end = after.back().seconds;
    return {.from = line.at(begin),
            .to = line.at(end),
            .slope = line.slope,
            .typical_slope = typical_slope_of(after),
            .seconds = end - begin};
}

Metrics read_metrics(std::string_view text)
{
    Metrics metrics;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto space = line.rfind(' ');
        if (line.empty() || line.front() == '#' || space == line.npos) continue;
        const auto digits = line.substr(space + 1);
        double value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        metrics[std::string{line.substr(0, space)}] = value;
    }
    return metrics;
}

double sum_of(const Metrics& metrics, std::string_view family, std::string_view label)
{
    double sum = 0;
    for (auto at = metrics.lower_bound(family); at != metrics.end(); ++at) {
        const std::string_view name = at->first;
        if (!name.starts_with(family)) break;
        const auto labels = name.substr(family.size());
        if (!labels.empty() && labels.front() != '{') continue;  // another family
        if (labels.find(label) != labels.npos) sum += at->second;
    }
    return sum;
}

std::vector<std::string> remains(const Metrics& metrics)
{
    struct Gauge {
        std::string_view family;
        std::string_view label;
        double most;
    };
    // The scrape itself has a socket.
    constexpr std::array<Gauge, 7> gauges{{{"phony_active_calls", {}, 0},
                                           {"phony_stuck_calls", {}, 0},
                                           {"phony_viewers", {}, 0},
                                           {"phony_event_queue_depth", {}, 0},
                                           {"phony_history_queue_depth", {}, 0},
                                           {"phony_model_connections", R"(state="in_use")", 0},
                                           {"phony_open_sockets", {}, 1}}};
    std::vector<std::string> left;
    for (const auto& [family, label, most] : gauges) {
        const double value = sum_of(metrics, family, label);
        if (value > most)
            left.push_back(
                fmt::format("{}{}{} is still {}", family, label.empty() ? "" : " ", label, value));
    }
    return left;
}

bool is_error(std::string_view log_line)
{
    return log_line.find(R"("level":"error")") != log_line.npos;
}

}  // namespace phony::bench
