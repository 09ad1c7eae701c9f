#include "load/report/units.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include <spdlog/fmt/fmt.h>

#include <string_view>

namespace phony::bench {
namespace {

struct Prefix {
    double factor;
    std::string_view name;
};

constexpr std::array of_time{Prefix{.factor = 1, .name = "µs"},
                             Prefix{.factor = 1e3, .name = "ms"},
                             Prefix{.factor = 1e6, .name = "s"}};
constexpr std::array of_bytes{Prefix{.factor = 1, .name = "B"},
                              Prefix{.factor = 1024, .name = "KB"},
                              Prefix{.factor = 1024.0 * 1024, .name = "MB"},
                              Prefix{.factor = 1024.0 * 1024 * 1024, .name = "GB"}};

/// Three digits that matter, without an exponent.
std::string digits(double value)
{
    const double size = std::abs(value);
    if (size >= 99.95) return fmt::format("{:.0f}", value);
    if (size >= 9.995) return fmt::format("{:.1f}", value);
    return fmt::format("{:.2f}", value);
}

/// The one that leaves between 1 and 1,000 (or 1,024) of it. 999.6 is the next one's 1.00.
const Prefix& prefix_for(double value, std::span<const Prefix> prefixes)
{
    std::size_t index = 0;
    while (index + 1 < prefixes.size() && std::abs(value) >= 0.9995 * prefixes[index + 1].factor) {
        ++index;
    }
    return prefixes[index];
}

std::string with_prefix(double value, std::span<const Prefix> prefixes)
{
    const auto& [factor, name] = prefix_for(value, prefixes);
    return value == 0 ? fmt::format("0 {}", name)
                      : fmt::format("{} {}", digits(value / factor), name);
}

std::string tick_with_prefix(double value, std::span<const Prefix> prefixes)
{
    const auto& [factor, name] = prefix_for(value, prefixes);
    return value == 0 ? "0" : fmt::format("{:.4g} {}", value / factor, name);
}

}  // namespace

std::string show(double value, Unit unit)
{
    switch (unit) {
    case Unit::microseconds: return with_prefix(value, of_time);
    case Unit::bytes: return with_prefix(value, of_bytes);
    case Unit::count: return show_count(value);
    }
    return {};
}

std::string show_tick(double value, Unit unit)
{
    switch (unit) {
    case Unit::microseconds: return tick_with_prefix(value, of_time);
    case Unit::bytes: return tick_with_prefix(value, of_bytes);
    case Unit::count: return show_count(value);
    }
    return {};
}

std::string show_count(double value)
{
    if (value != std::floor(value) && std::abs(value) < 100) return digits(value);
    std::string text = fmt::format("{:.0f}", value);
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    for (std::size_t i = text.size(); i > sign + 3; i -= 3) text.insert(i - 3, ",");
    return text;
}

std::string show_ratio(double ratio)
{
    return std::abs(ratio) < 0.995 ? fmt::format("{:.3f} ×", ratio)
                                   : fmt::format("{} ×", digits(ratio));
}

std::string show_change(double share)
{
    const double percent = std::round(share * 1000) / 10;
    if (percent == 0) return "0.0 %";
    return fmt::format("{}{:.1f} %", percent < 0 ? "−" : "+", std::abs(percent));
}

}  // namespace phony::bench
