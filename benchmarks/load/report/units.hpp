#pragma once

#include <cstdint>
#include <string>

namespace phony::bench {

enum class Unit : std::uint8_t { microseconds, bytes, count };

/// For people, in three digits: "41.2 µs", "1.85 ms", "17.3 KB" (of 1,024 bytes), "12,300".
std::string show(double value, Unit unit);

/// As short as can be, for an axis: "1 ms", "20 KB", "10,000".
std::string show_tick(double value, Unit unit);

/// "12,300"; decimals below ten only.
std::string show_count(double value);

/// "1.21 ×", "0.183 ×", "14.2 ×"
std::string show_ratio(double ratio);

/// "+3.1 %", "−0.4 %" (with a minus sign, not a hyphen)
std::string show_change(double share);

}  // namespace phony::bench
