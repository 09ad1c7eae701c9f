#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace phony::bench {

/// Where the truth lies, with the confidence that its maker states.
struct Interval {
    double low = 0;
    double high = 0;

    [[nodiscard]] bool contains(double value) const { return low <= value && value <= high; }

    friend bool operator==(const Interval&, const Interval&) = default;
};

/// Where, among `count` ascending samples (at least one), the quantile `q` (0 … 1) lies.
std::size_t rank_of(double q, std::size_t count);

/// The value that the share `q` (0 … 1) of the samples do not exceed: the smallest sample of which
/// this is true, so that what is reported is something that happened. `sorted` is ascending and
/// not empty.
double quantile(std::span<const double> sorted, double q);

/// The middle one, or the mean of the two in the middle. `values` is in any order and not empty.
double median(std::vector<double> values);

/// 95 % for the median of what such measurements give, by drawing them anew with replacement (the
/// percentile bootstrap; the draws are the same each time). Under five values that is no more than
/// the range of what was seen, and the range is what is returned. `values` is not empty.
Interval bootstrap_median(std::span<const double> values);

/// A median, with its interval where there was more than one value.
struct Estimate {
    double value = 0;
    Interval interval;
    std::size_t count = 0;

    /// Half the interval as a share of the value: 0.03 reads as "± 3 %".
    [[nodiscard]] double spread() const;
};

/// Of all values at once; `values` is not empty.
Estimate estimate(std::span<const double> values);

}  // namespace phony::bench
