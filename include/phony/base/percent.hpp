#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace phony {

/// What a `+` stands for: itself in the path of a URL, a space in a form and in a query.
enum class Plus { itself, space };

/// Undoes percent-encoding; the bytes that come out need not be UTF-8. Nothing when a `%` is not
/// followed by two hex digits.
///
///     percent_decoded("v3%3Aabc", Plus::itself)    // "v3:abc"
std::optional<std::string> percent_decoded(std::string_view text, Plus plus);

/// Appends `text` so that it is one value of a form, or one segment of a path: all but letters,
/// digits and `-._~` becomes `%XX`.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace phony
