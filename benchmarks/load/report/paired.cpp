#include "load/report/paired.hpp"

#include <algorithm>
#include <cmath>

#include <spdlog/fmt/fmt.h>

#include <utility>
#include <vector>

namespace phony::bench {
namespace {

/// How many of the smallest (and as many of the largest) of the n(n+1)/2 averages lie outside the
/// 95 % interval: the most k for which a signed-rank sum of k - 1 or less comes up by chance no
/// more than 2.5 % of the time. 0: not even the sum of 0 is rare enough.
std::size_t outside(std::size_t pairs)
{
    const std::size_t most = pairs * (pairs + 1) / 2;
    std::vector<double> chance(most + 1, 0.0);  // of each rank sum, with the signs drawn by coin
    chance[0] = 1;
    for (std::size_t rank = 1; rank <= pairs; ++rank) {
        for (std::size_t sum = most + 1; sum-- > 0;) {
            chance[sum] = (chance[sum] + (sum >= rank ? chance[sum - rank] : 0.0)) / 2;
        }
    }
    std::size_t k = 0;
    for (double tail = chance[0]; tail <= 0.025; tail += chance[k]) ++k;
    return k;
}

/// Of two ratios' logarithm, what is to be printed: -0.03 for 3 % less.
double as_change(double logarithm)
{
    return std::expm1(logarithm);
}

std::string percent(double share)
{
    return fmt::format("{:.1f}", std::abs(share) * 100);
}

}  // namespace

PairedResult compare_pairs(std::span<const Pair> pairs)
{
    // In logarithms, A twice as dear as B and B twice as dear as A are equally far from equal.
    std::vector<double> logarithms;
    logarithms.reserve(pairs.size());
    for (const Pair& pair : pairs) logarithms.push_back(std::log(pair.b / pair.a));

    std::vector<double> averages;  // of each pair with itself and with each other
    averages.reserve(pairs.size() * (pairs.size() + 1) / 2);
    for (std::size_t i = 0; i < logarithms.size(); ++i) {
        for (std::size_t j = i; j < logarithms.size(); ++j) {
            averages.push_back((logarithms[i] + logarithms[j]) / 2);
        }
    }
    std::sort(averages.begin(), averages.end());

    PairedResult result{
        .change = as_change(median(averages)), .interval = {}, .pairs = pairs.size()};
    if (const std::size_t k = outside(pairs.size()); k > 0) {
        result.interval = Interval{.low = as_change(averages[k - 1]),
                                   .high = as_change(averages[averages.size() - k])};
    }
    return result;
}

std::string verdict(const PairedResult& result, ChangeWords words)
{
    if (!result.interval) {
        return fmt::format(
            "{} pairs are too few to tell; {} or more are needed", result.pairs, least_pairs);
    }
    const auto [low, high] = *result.interval;
    if (!result.real()) {
        return fmt::format("no difference larger than {} % was seen",
                           percent(std::max(std::abs(low), std::abs(high))));
    }
    // Of what is less, the amount counts down: the smaller saving comes first.
    const bool less = result.change < 0;
    const auto [from, to] = less ? std::pair{high, low} : std::pair{low, high};
    return fmt::format("B is {} % {} (95 %: {} … {})",
                       percent(result.change),
                       less ? words.less : words.more,
                       percent(from),
                       percent(to));
}

}  // namespace phony::bench
