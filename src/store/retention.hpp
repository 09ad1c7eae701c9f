#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>
#include <optional>

namespace phony::store {

/// When the first and the last call of a history began.
struct Span {
    WallTime oldest;
    WallTime newest;
};

/// How far back the history goes. What is removed never comes back, and a wall clock may be wrong,
/// for a minute or from the start. So two things take their time, by the steady clock, which makes
/// up for the longest break in days:
///
/// - A clock that is set is followed a day an hour, there and back. One that is a year ahead for a
///   minute has nothing removed that would not have gone within half an hour.
/// - The history shrinks by its oldest day an hour at most. One that was wrong from the start
/// leaves
///   time to notice it.
class Retention {
public:
    static constexpr int haste = 24;

    explicit Retention(std::chrono::days keep) : keep_{keep} {}

    /// Calls that began earlier are to be removed. Asked now and then; the first time for nothing.
    WallTime until(Span history, WallTime wall, TimePoint now);

private:
    std::chrono::days keep_;
    std::optional<TimePoint> looked_;
    WallTime believed_;  ///< the wall clock's time, as far as it is followed
    WallTime reached_;
};

}  // namespace phony::store
