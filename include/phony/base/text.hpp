#pragma once

#include <string_view>

namespace phony {

/// White space of ASCII, whatever the locale.
inline constexpr std::string_view white_space = " \t\r\n\v\f";

/// `text` without the spaces at its ends. A format that knows other spaces names them.
constexpr std::string_view trimmed(std::string_view text, std::string_view spaces = white_space)
{
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// Nothing but spaces, or nothing at all.
constexpr bool is_blank(std::string_view text, std::string_view spaces = white_space)
{
    return text.find_first_not_of(spaces) == std::string_view::npos;
}

}  // namespace phony
