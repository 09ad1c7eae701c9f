#pragma once

#include <phony/base/call_clock.hpp>
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <optional>

namespace phony::app {

/// Notices that the wall clock was set, for the log: whoever reads its times wants to know. Nothing
/// else depends on it.
class ClockWatch {
public:
    /// Less may be a machine that was stopped between the two clocks.
    static constexpr std::chrono::seconds noticed{2};

    ClockWatch(WallTime wall, TimePoint now) : before_{wall, now} {}

    /// How far it was set forward since the last look, or back, if it was.
    std::optional<std::chrono::seconds> look(WallTime wall, TimePoint now)
    {
        const auto step = std::chrono::round<std::chrono::seconds>(wall - before_.at(now));
        before_ = CallClock{wall, now};
        if (std::chrono::abs(step) < noticed) return std::nullopt;
        return step;
    }

private:
    CallClock before_;
};

}  // namespace phony::app
