#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace phony::clients {

/// The largest value of the last minute. Someone ticks it once a second.
class PeakOfLastMinute {
public:
    void note(std::size_t value) { seconds_[now_] = std::max(seconds_[now_], value); }

    /// A second has passed; `value` still holds.
    void tick(std::size_t value)
    {
        now_ = (now_ + 1) % seconds_.size();
        seconds_[now_] = value;
    }

    std::size_t value() const { return *std::max_element(seconds_.begin(), seconds_.end()); }

private:
    std::array<std::size_t, 60> seconds_{};
    std::size_t now_ = 0;
};

}  // namespace phony::clients
