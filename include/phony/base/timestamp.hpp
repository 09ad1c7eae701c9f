#pragma once

#include <chrono>
#include <string>

namespace phony {

/// Durations and deadlines are measured on this clock. Pure code takes the moment as an argument
/// and never asks for it.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// Wall-clock moments, only for what people read.
using WallTime = std::chrono::system_clock::time_point;

/// ISO 8601 UTC with milliseconds: "2024-01-01T00:00:00.000Z".
std::string to_iso8601(WallTime moment);

/// Milliseconds with their fraction, as the latency metrics report them.
constexpr double milliseconds(Duration duration)
{
    return std::chrono::duration<double, std::milli>{duration}.count();
}

}  // namespace phony
