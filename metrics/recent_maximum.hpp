#pragma once

#include <phony/base/timestamp.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace phony::metrics {

/// The largest value of the last minute, give or take ten seconds. Unlike a maximum since the last
/// scrape it says the same to everyone who asks. Not thread-safe.
class RecentMaximum {
public:
    void observe(double value, TimePoint now)
    {
        Slot& slot = slots_.at(index(now) % slots_.size());
        if (slot.since != index(now)) slot = {.since = index(now), .maximum = value};
        slot.maximum = std::max(slot.maximum, value);
    }

    /// 0 when there was none.
    double value(TimePoint now) const
    {
        double found = 0;
        for (const Slot& slot : slots_) {
            if (slot.since + slots_.size() > index(now)) found = std::max(found, slot.maximum);
        }
        return found;
    }

private:
    struct Slot {
        std::size_t since = 0;
        double maximum = 0;
    };

    static std::size_t index(TimePoint now)
    {
        constexpr std::chrono::seconds width{10};
        return static_cast<std::size_t>(now.time_since_epoch() / width) + 1;
    }

    std::array<Slot, 6> slots_{};
};

}  // namespace phony::metrics
