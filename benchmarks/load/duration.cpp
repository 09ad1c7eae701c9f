#include "load/duration.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace phony::bench {
namespace {

struct Unit {
    std::string_view suffix;
    Duration length;
};
constexpr Unit units[] = {{"m", std::chrono::minutes{1}},
                          {"s", std::chrono::seconds{1}},
                          {"ms", std::chrono::milliseconds{1}},
                          {"us", std::chrono::microseconds{1}},
                          {"ns", std::chrono::nanoseconds{1}}};

Error refused()
{
    return {errc::invalid_request, "a duration is written 15ms, 1.5s, 250us or 2m"};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text)
{
    double number = 0;
    const auto [stopped, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || !std::isfinite(number) || number < 0) return refused();
    const auto suffix = text.substr(static_cast<std::size_t>(stopped - text.data()));
    if (suffix.empty() && number == 0) return Duration::zero();
    const auto* unit = std::ranges::find(units, suffix, &Unit::suffix);
    if (unit == std::end(units)) return refused();

    // Compared before it is converted: what does not fit into a Duration must not be converted.
    const std::chrono::duration<double, std::nano> length =
        number * std::chrono::duration<double, std::nano>{unit->length};
    if (length > std::chrono::days{1}) return refused();
    return std::chrono::round<Duration>(length);
}

std::string to_text(Duration duration)
{
    if (duration == Duration::zero()) return "0";
    const auto* unit = std::ranges::find_if(
        units, [&](const Unit& candidate) { return duration % candidate.length == Duration{}; });
    return std::to_string(duration / unit->length) + std::string{unit->suffix};
}

}  // namespace phony::bench
