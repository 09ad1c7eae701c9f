#pragma once

#include <string>
#include <string_view>

namespace phony {

/// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, so
/// that what leaves us is valid JSON whatever came in. For messages on hot paths that are made by
/// hand rather than through a tree of values.
void append_json_string(std::string& out, std::string_view text);

/// Appends a number with three decimals at most, none of them a trailing zero: what we measure are
/// milliseconds, and a microsecond of them is enough. What JSON has no number for is null, and so
/// is what nobody measures, 1e15 and beyond.
void append_json_number(std::string& out, double number);

}  // namespace phony
