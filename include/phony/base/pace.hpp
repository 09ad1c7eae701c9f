#pragma once

#include <phony/base/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace phony {

/// Starts at most so many things a second, evenly, those that come faster one after the other:
///
///     Pace pace{1, 5s};                                   // one a second, 5 s in line at most
///     const auto turn = pace.take(now);
///     if (!turn.granted) return too_fast(turn.wait);      // come back then
///     co_await sleep(turn.wait);                          // until it is its turn
///
/// A turn that was granted is used, or lost. A value without a clock or a lock.
class Pace {
public:
    /// `per_second` 0: no limit. `longest_wait`: how long one may stand in line.
    Pace(std::size_t per_second, Duration longest_wait)
        : interval_{per_second == 0
                        ? Duration::zero()
                        : std::chrono::duration_cast<Duration>(std::chrono::seconds{1}) /
                              static_cast<Duration::rep>(per_second)},
          longest_wait_{longest_wait}
    {
    }

    struct Turn {
        bool granted = true;
        Duration wait{};  ///< until the turn; of one that is not granted, until the line is shorter
    };

    Turn take(TimePoint now)
    {
        const TimePoint at = std::max(now, next_);
        const Duration wait = at - now;
        if (wait > longest_wait_) return {false, wait - longest_wait_};
        next_ = at + interval_;
        return {true, wait};
    }

private:
    Duration interval_;
    Duration longest_wait_;
    TimePoint next_{};
};

}  // namespace phony
