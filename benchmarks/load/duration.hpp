#pragma once

#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <string>
#include <string_view>

namespace phony::bench {

/// "15ms", "1.5s", "250us", "2m" and "0", up to a day. A number without a unit is refused: is 15
/// seconds or milliseconds? Errors: invalid_request.
Result<Duration> parse_duration(std::string_view text);

/// As parse_duration() reads it, in the largest unit without a fraction.
std::string to_text(Duration duration);

}  // namespace phony::bench
