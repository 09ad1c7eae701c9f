#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>

namespace phony::bench {

/// The one clock of all that is measured: processes of one machine agree on it.
inline TimePoint now()
{
    return std::chrono::steady_clock::now();
}

/// As samples are kept: no latency needs more than seven digits.
inline float microseconds(Duration duration)
{
    return std::chrono::duration<float, std::micro>{duration}.count();
}

}  // namespace phony::bench
