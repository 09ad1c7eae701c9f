#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace phony::call {

/// Comparing what was written with what was spoken. The relay reports speech in its own words:
/// spacing, punctuation and case may differ, so only letters and digits count (and every byte
/// beyond ASCII, except for typographic quotes, dashes and the like). Positions are byte offsets
/// into the written text and never fall inside a character.

/// Where `fragment` ends in `text`, looked for from `from` on; empty when it does not occur there.
/// A fragment without a letter or digit is found at once.
std::optional<std::size_t> find_spoken(std::string_view text,
                                       std::size_t from,
                                       std::string_view fragment);

/// Whether what was spoken of `text` ends with `fragment`.
bool ends_with_spoken(std::string_view text, std::string_view fragment);

/// `position` moved over the spaces and punctuation that follow it: nobody hears those.
std::size_t end_of_speech(std::string_view text, std::size_t position);

/// `from` moved on by `characters`, then back to the end of the last whole word, but not before
/// `from`.
std::size_t advance_words(std::string_view text, std::size_t from, std::size_t characters);

/// Characters, not bytes.
std::size_t count_characters(std::string_view text);

}  // namespace phony::call
