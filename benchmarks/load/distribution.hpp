#pragma once

#include "simulator/random.hpp"
#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <string>
#include <string_view>

namespace phony::bench {

/// How long something takes: always the same, or drawn anew each time. As people write it:
///
///     15ms   normal:15ms,3ms   exp:15ms   uniform:5ms,25ms   0
///
/// (mean and deviation; mean; from and to). What is drawn is never negative.
class Distribution {
public:
    enum class Shape { constant, normal, exponential, uniform };

    /// Errors: invalid_request.
    static Result<Distribution> parse(std::string_view text);
    static Distribution constant(Duration length) { return {Shape::constant, length, {}}; }

    Duration draw(simulator::Random& random) const;
    Duration mean() const;
    bool is_zero() const { return shape_ == Shape::constant && first_ == Duration::zero(); }
    /// As parse() reads it.
    std::string text() const;

    bool operator==(const Distribution&) const = default;

private:
    Distribution(Shape shape, Duration first, Duration second)
        : shape_{shape}, first_{first}, second_{second}
    {
    }

    Shape shape_;
    Duration first_;
    Duration second_;  ///< the deviation, or where the uniform one ends
};

}  // namespace phony::bench
