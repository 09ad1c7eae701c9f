#pragma once

#include <phony/base/timestamp.hpp>

#include <algorithm>
#include <chrono>

namespace phony {

/// The time of day as one call has it: read off the wall clock when the call begins, and moved on
/// by the steady clock. A wall clock that is set meanwhile, by seconds or by a year, makes the call
/// no longer or shorter, and its events stay in their order; the next call begins by the new time.
///
/// All processes of a machine share its steady clock, which begins at zero when the machine is
/// started. So another process can go on with the clock of a call.
class CallClock {
public:
    /// One that is not known: in 1970.
    CallClock() = default;
    /// `wall` is what the wall clock shows now.
    CallClock(WallTime wall, TimePoint now)
        : origin_{wall - std::chrono::duration_cast<WallTime::duration>(now.time_since_epoch())}
    {
    }
    /// As origin() told it.
    explicit CallClock(WallTime origin) : origin_{origin} {}

    /// Of a call that is gone on with, perhaps after the machine was started anew. It does not fall
    /// behind `newest`, the last that is known of the call.
    static CallClock resumed(CallClock before, WallTime newest, WallTime wall, TimePoint now)
    {
        if (before.at(now) >= newest) return before;
        return {std::max(wall, newest), now};
    }

    WallTime at(TimePoint moment) const
    {
        return origin_ + std::chrono::duration_cast<WallTime::duration>(moment.time_since_epoch());
    }
    TimePoint when(WallTime time) const { return TimePoint{time - origin_}; }

    /// What it showed when the steady clock was at zero.
    WallTime origin() const { return origin_; }

private:
    WallTime origin_;
};

}  // namespace phony
