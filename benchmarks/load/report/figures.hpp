#pragma once

#include "load/measurement.hpp"
#include "load/report/paired.hpp"
#include "load/report/series.hpp"
#include "load/report/units.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace phony::bench {

/// One number that a measurement comes down to. Of all of them less is better.
struct Figure {
    std::string_view key;    ///< for machines
    std::string_view title;  ///< for people
    Unit unit = Unit::microseconds;
    ChangeWords words;
    double (*of)(const Measurement&) = nullptr;  ///< 0: there was nothing to measure

    [[nodiscard]] std::string shown(double value) const { return show(value, unit); }
};

/// All of them, the most telling first.
std::span<const Figure> figures();

/// The one with that key; it must be one of figures().
const Figure& figure(std::string_view key);

/// A figure over the runs of a series; nothing where a run had nothing to measure.
std::optional<Estimate> estimate(const Series& series, const Figure& figure);

/// B's figure against A's, run for run. Nothing where a run had nothing to measure.
std::optional<PairedResult> compare(const Series& a, const Series& b, const Figure& figure);

/// The median over the rounds of B's figure by A's, measured in the same round.
std::optional<Estimate> ratio(const Series& a, const Series& b, const Figure& figure);

}  // namespace phony::bench
