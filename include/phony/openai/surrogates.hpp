#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phony::openai {

/// JSON escapes a character beyond U+FFFF as two UTF-16 units, "\ud83d\ude00". Some servers cut
/// text between the two, so that each half comes in a chunk of its own. A half travels as three
/// bytes, as in WTF-8, until a SurrogateJoiner has seen what follows it.

/// Appends one UTF-16 unit in one to three bytes.
void append_utf16_unit(std::string& out, std::uint32_t unit);

/// The unit that an escape's four hexadecimal digits stand for; nothing if they are not that.
std::optional<std::uint32_t> parse_utf16_unit(std::string_view four_digits);

/// `json` with each escaped surrogate replaced by its three bytes, for a parser that insists on
/// pairs.
std::string with_surrogates_unescaped(std::string_view json);

/// Puts the pieces of a text together: halves that meet become their character, and those that do
/// not become U+FFFD.
///
///     joiner.append(text, "Hi \xED\xA0\xBD");  // "Hi "
///     joiner.append(text, "\xED\xB8\x80");     // "Hi 😀"
class SurrogateJoiner {
public:
    void append(std::string& text, std::string_view piece);

    /// No more pieces follow. Ready for another text.
    void finish(std::string& text);

private:
    void append_half(std::string& text, std::uint32_t half);

    std::uint32_t high_ = 0;  ///< the first half, which waits for the second; 0 for none
};

}  // namespace phony::openai
