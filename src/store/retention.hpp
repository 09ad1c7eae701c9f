#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>
#include <optional>

namespace phony::store {

/// How far back the history goes. What is removed never comes back, and a wall clock may be wrong,
/// for a minute or from the start: so the history ages a day an hour at most, by the steady clock,
/// which makes up for the longest break in days. A clock that is a year ahead for as long as one
/// look costs what would have gone anyway within 24 times the pause between two looks; one that
/// stays wrong leaves days to notice it.
class Retention {
public:
    static constexpr int haste = 24;

    explicit Retention(std::chrono::days keep) : keep_{keep} {}

    /// Calls that began earlier are to be removed. `oldest`: when the first that is there began.
    WallTime until(WallTime oldest, WallTime wall, TimePoint now);

private:
    std::chrono::days keep_;
    WallTime reached_ = WallTime::min();
    std::optional<TimePoint> looked_;
};

}  // namespace phony::store
