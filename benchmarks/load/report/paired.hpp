#pragma once

#include "load/report/statistics.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace phony::bench {

/// A and B, measured one right after the other, so that whatever the machine was doing then was
/// done to both. Both are above zero.
struct Pair {
    double a = 0;
    double b = 0;
};

/// How B stands to A, from pairs of measurements.
///
/// What is judged is the change `b / a - 1` of each pair, by ranks: the Hodges-Lehmann estimate,
/// with the interval that belongs to Wilcoxon's signed-rank test. Its only assumption is that
/// without a difference a pair is as likely to fall one way as the other, which measuring A and B
/// in turns, and each of them first half of the time, brings about. So the interval holds for noise
/// of any distribution, the long-tailed one of a busy machine included, and a single pair that went
/// wrong moves it little. It is exact for few pairs, where a bootstrap's would be too narrow.
struct PairedResult {
    double change = 0;                 ///< -0.03: B is 3 % below A
    std::optional<Interval> interval;  ///< of the change, 95 %; none with fewer than `least_pairs`
    std::size_t pairs = 0;

    /// Is there a difference? False also when there are too few pairs to tell.
    [[nodiscard]] bool real() const { return interval && !interval->contains(0); }
};

/// With fewer, chance alone makes all pairs fall the same way more often than once in twenty times.
inline constexpr std::size_t least_pairs = 6;

/// `pairs` is not empty.
PairedResult compare_pairs(std::span<const Pair> pairs);

/// How a figure is spoken of when it changes: CPU is cheaper or dearer, a latency shorter or
/// longer.
struct ChangeWords {
    std::string_view less = "lower";
    std::string_view more = "higher";
};

/// The sentence: "B is 3.1 % cheaper (95 %: 2.2 … 4.0)", "no difference larger than 1.8 % was
/// seen".
std::string verdict(const PairedResult& result, ChangeWords words);

}  // namespace phony::bench
