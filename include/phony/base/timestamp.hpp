#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace phony {

/// Durations and deadlines are measured on this clock. Pure code takes the moment as an argument
/// and never asks for it.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// Wall-clock moments, only for what people read.
using WallTime = std::chrono::system_clock::time_point;

/// No moment that we are told from outside may be later. The wall clock counts nanoseconds in 64
/// bits, which overflow in 2262; whoever adds to such a moment still has room. (A day, not a
/// WallTime: a count of seconds is compared with it in seconds, where it cannot overflow.)
inline constexpr std::chrono::sys_days latest_moment{std::chrono::year{2200} / 1 / 1};

/// ISO 8601 UTC with milliseconds: "2024-01-01T00:00:00.000Z".
std::string to_iso8601(WallTime moment);
void append_iso8601(std::string& out, WallTime moment);

/// Reads "2024-01-31", its midnight in UTC, and "2024-01-31T09:30", with seconds ("…:15"), up to
/// nine decimals of them, and an offset ("Z", "+02:00") as one likes; without one it is UTC. From
/// 1970 until the day of `latest_moment`. Nothing when it is anything else, such as a 30th of
/// February.
std::optional<WallTime> from_iso8601(std::string_view text);

/// Milliseconds with their fraction, as the latency metrics report them.
constexpr double milliseconds(Duration duration)
{
    return std::chrono::duration<double, std::milli>{duration}.count();
}

}  // namespace phony
