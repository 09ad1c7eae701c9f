#pragma once

#include <cstddef>
#include <string_view>

namespace phony {

/// True when `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing over U+10FFFF).
bool is_valid_utf8(std::string_view text) noexcept;

/// Length of the well-formed character that `text` begins with (1 to 4), or 0 when it begins with
/// none.
std::size_t utf8_character_length(std::string_view text) noexcept;

/// How many bytes at the end of `text` begin a character that is not complete yet (0 to 3). They
/// may become valid when more bytes follow; all others are either complete or never will be.
std::size_t incomplete_utf8_tail(std::string_view text) noexcept;

/// The beginning of `text`, at most `longest` bytes, without a character that would be cut in two.
std::string_view cut_at_character(std::string_view text, std::size_t longest) noexcept;

}  // namespace phony
