#include "load/report/scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace phony::bench {
namespace {

constexpr std::array round_steps{1.0, 2.0, 5.0, 10.0};

/// The largest power of ten that is not above `value`.
double decade(double value)
{
    return std::pow(10, std::floor(std::log10(value) + 1e-9));
}

double round_up(double value)
{
    const double power = decade(value);
    for (const double step : round_steps) {
        if (step * power >= value * (1 - 1e-9)) return step * power;
    }
    return 10 * power;
}

double round_down(double value)
{
    const double power = decade(value);
    double result = power;
    for (const double step : round_steps) {
        if (step * power <= value * (1 + 1e-9)) result = step * power;
    }
    return result;
}

/// Between the ticks of a linear axis of that length.
double step_for(double length)
{
    return round_up(length / 5);
}

}  // namespace

Scale::Scale(Kind kind, double low, double high, double start, double end)
    : kind_{kind}, low_{low}, high_{high}, start_{start}, end_{end}
{
}

Scale Scale::from_zero(double high, double start, double end, double grain)
{
    if (high <= 0) return {Kind::linear, 0, 1, start, end};
    const double step = grain * step_for(high / grain);
    Scale scale{Kind::linear, 0, std::ceil(high / step - 1e-9) * step, start, end};
    scale.grain_ = grain;
    return scale;
}

Scale Scale::around(double low, double high, double start, double end)
{
    const double from = round_down(low);
    return {Kind::logarithmic, from, std::max(round_up(high), 2 * from), start, end};
}

double Scale::at(double value) const
{
    const double inside = std::clamp(value, low_, high_);
    const double share = kind_ == Kind::linear ? (inside - low_) / (high_ - low_)
                                               : std::log(inside / low_) / std::log(high_ / low_);
    return start_ + share * (end_ - start_);
}

std::vector<double> Scale::ticks() const
{
    std::vector<double> ticks;
    if (kind_ == Kind::linear) {
        const double step = grain_ * step_for((high_ - low_) / grain_);
        const double first = std::ceil(low_ / step - 1e-9);
        const double last = std::floor(high_ / step + 1e-9);
        // Counted, so that errors do not add up; `+ 0` turns a negative zero into zero.
        for (double i = first; i <= last; ++i) ticks.push_back(i * step + 0.0);
        return ticks;
    }
    // 1, 2 and 5 of each power while there are few, then 1 alone.
    const bool dense = high_ / low_ <= 150;
    for (double power = decade(low_); power <= high_ * (1 + 1e-9); power *= 10) {
        for (const double step : {1.0, 2.0, 5.0}) {
            const double tick = step * power;
            const bool inside = tick >= low_ * (1 - 1e-9) && tick <= high_ * (1 + 1e-9);
            if (inside && (dense || step == 1.0)) ticks.push_back(tick);
        }
    }
    return ticks;
}

}  // namespace phony::bench
