#pragma once

#include <cstdint>
#include <vector>

namespace phony::bench {

/// Where values of an axis lie on the page.
class Scale {
public:
    enum class Kind : std::uint8_t { linear, logarithmic };

    /// Values from `low` to `high` (for a logarithmic one both above zero, and `high` is above
    /// `low`) are drawn from `start` to `end`, which may be the smaller one: on a page, y grows
    /// downwards.
    Scale(Kind kind, double low, double high, double start, double end);

    /// From zero to a round value at or above `high`. What is round is counted in `grain`s: 1,024
    /// for bytes.
    static Scale from_zero(double high, double start, double end, double grain = 1);
    /// Logarithmic, from and to 1, 2 or 5 times a power of ten, around `low` and `high`.
    static Scale around(double low, double high, double start, double end);

    /// What lies outside is drawn at the end.
    [[nodiscard]] double at(double value) const;

    /// Round values, a handful: for lines and their labels.
    [[nodiscard]] std::vector<double> ticks() const;

    [[nodiscard]] double start() const { return start_; }
    [[nodiscard]] double end() const { return end_; }

private:
    Kind kind_;
    double low_;
    double high_;
    double start_;
    double end_;
    double grain_ = 1;
};

}  // namespace phony::bench
