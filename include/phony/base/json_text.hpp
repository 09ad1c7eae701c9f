#pragma once

#include <string>
#include <string_view>

namespace phony {

/// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, so
/// that what leaves us is valid JSON whatever came in. For messages on hot paths that are made by
/// hand rather than through a tree of values.
void append_json_string(std::string& out, std::string_view text);

}  // namespace phony
