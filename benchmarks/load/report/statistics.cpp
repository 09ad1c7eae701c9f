#include "load/report/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

namespace phony::bench {

std::size_t rank_of(double q, std::size_t count)
{
    // The nearest rank. The tiny subtraction keeps 0.9 * 10, which is a little more than 9 in
    // binary, from being rounded up to the tenth sample.
    const auto last = static_cast<double>(count);
    const double rank = std::ceil(q * last - 1e-9);
    return static_cast<std::size_t>(std::clamp(rank, 1.0, last)) - 1;
}

double quantile(std::span<const double> sorted, double q)
{
    return sorted[rank_of(q, sorted.size())];
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

Interval bootstrap_median(std::span<const double> values)
{
    constexpr std::size_t draws = 2000;
    if (values.size() < 5) {
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        return {.low = *low, .high = *high};
    }

    std::mt19937_64 random{values.size()};
    std::uniform_int_distribution<std::size_t> any{0, values.size() - 1};
    std::vector<double> medians(draws);
    std::vector<double> drawn(values.size());
    for (double& each : medians) {
        std::generate(drawn.begin(), drawn.end(), [&] { return values[any(random)]; });
        each = median(drawn);
    }
    std::sort(medians.begin(), medians.end());
    return {.low = quantile(medians, 0.025), .high = quantile(medians, 0.975)};
}

double Estimate::spread() const
{
    return value == 0 ? 0 : (interval.high - interval.low) / 2 / std::abs(value);
}

Estimate estimate(std::span<const double> values)
{
    return {.value = median({values.begin(), values.end()}),
            .interval = bootstrap_median(values),
            .count = values.size()};
}

}  // namespace phony::bench
