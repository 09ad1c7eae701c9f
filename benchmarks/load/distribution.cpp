#include "load/distribution.hpp"

#include "load/duration.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace phony::bench {
namespace {

using Shape = Distribution::Shape;

struct Named {
    std::string_view prefix;
    Shape shape;
    bool has_second;
};
constexpr Named names[] = {{"normal:", Shape::normal, true},
                           {"exp:", Shape::exponential, false},
                           {"uniform:", Shape::uniform, true}};

/// Above 0, at most 1. The generator is ours and the formulas below are, too: the standard
/// distributions differ from library to library.
double draw_unit(simulator::Random& random)
{
    return (static_cast<double>(random.next() >> 11U) + 1) * 0x1p-53;
}

/// Box and Muller.
double draw_normal(simulator::Random& random)
{
    const double radius = std::sqrt(-2 * std::log(draw_unit(random)));
    return radius * std::cos(2 * std::numbers::pi * draw_unit(random));
}

Duration scaled(Duration length, double by)
{
    return std::chrono::round<Duration>(std::chrono::duration<double, std::nano>{length} * by);
}

Error refused()
{
    return {errc::invalid_request,
            "it is written 15ms, normal:15ms,3ms, exp:15ms or uniform:5ms,25ms"};
}

}  // namespace

Result<Distribution> Distribution::parse(std::string_view text)
{
    const auto* named = std::ranges::find_if(
        names, [&](const Named& candidate) { return text.starts_with(candidate.prefix); });
    if (named == std::end(names)) {
        const auto length = parse_duration(text);
        return length ? Result<Distribution>{constant(*length)} : refused();
    }

    text.remove_prefix(named->prefix.size());
    const auto comma = text.find(',');
    if (named->has_second != (comma != text.npos)) return refused();
    const auto first = parse_duration(text.substr(0, comma));
    const auto second = named->has_second ? parse_duration(text.substr(comma + 1))
                                          : Result<Duration>{Duration{}};
    if (!first || !second) return refused();
    if (named->shape == Shape::uniform && *second < *first) return refused();
    return Distribution{named->shape, *first, *second};
}

Duration Distribution::draw(simulator::Random& random) const
{
    switch (shape_) {
    case Shape::constant: break;
    case Shape::normal:
        return std::max(Duration::zero(), first_ + scaled(second_, draw_normal(random)));
    case Shape::exponential: return scaled(first_, -std::log(draw_unit(random)));
    case Shape::uniform: return random.between(first_, second_);
    }
    return first_;
}

Duration Distribution::mean() const
{
    return shape_ == Shape::uniform ? (first_ + second_) / 2 : first_;
}

std::string Distribution::text() const
{
    const auto* named = std::ranges::find(names, shape_, &Named::shape);
    if (named == std::end(names)) return to_text(first_);
    std::string text = std::string{named->prefix} + to_text(first_);
    if (named->has_second) text += ',' + to_text(second_);
    return text;
}

}  // namespace phony::bench
