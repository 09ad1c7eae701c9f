#include <phony/openai/surrogates.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

namespace phony::openai {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr char first_byte = '\xED';                       // of each half in three bytes

bool is_surrogate(std::uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDFFF;
}
bool is_high(std::uint32_t half)
{
    return half < 0xDC00;
}

char byte(std::uint32_t value)
{
    return static_cast<char>(static_cast<unsigned char>(value));
}

/// The half that `text` begins with, or 0.
std::uint32_t leading_half(std::string_view text)
{
    if (text.size() < 3 || text[0] != first_byte) return 0;
    const auto second = static_cast<unsigned char>(text[1]);
    const auto third = static_cast<unsigned char>(text[2]);
    if (second < 0xA0 || second > 0xBF || third < 0x80 || third > 0xBF) return 0;
    return 0xD000U | ((second & 0x3FU) << 6U) | (third & 0x3FU);
}

}  // namespace

void append_utf16_unit(std::string& out, std::uint32_t unit)
{
    if (unit < 0x80) {
        out += byte(unit);
    } else if (unit < 0x800) {
        out += byte(0xC0U | (unit >> 6U));
        out += byte(0x80U | (unit & 0x3FU));
    } else {
        out += byte(0xE0U | (unit >> 12U));
        out += byte(0x80U | ((unit >> 6U) & 0x3FU));
        out += byte(0x80U | (unit & 0x3FU));
    }
}

std::optional<std::uint32_t> parse_utf16_unit(std::string_view four_digits)
{
    std::uint32_t unit = 0;
    const char* const begin = four_digits.data();
    const char* const end = begin + four_digits.size();
    const auto [stopped, ec] = std::from_chars(begin, end, unit, 16);
    if (ec != std::errc{} || stopped != end || four_digits.size() != 4) return std::nullopt;
    return unit;
}

std::string with_surrogates_unescaped(std::string_view json)
{
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {
        const std::size_t plain = std::min(json.find('\\'), json.size());
        out.append(json.substr(0, plain));
        json.remove_prefix(plain);
        const auto unit = json.starts_with("\\u") ? parse_utf16_unit(json.substr(2, 4))
                                                  : std::nullopt;
        if (unit && is_surrogate(*unit)) {
            append_utf16_unit(out, *unit);
            json.remove_prefix(6);
        } else {
            out.append(json.substr(0, 2));  // what is escaped may be a backslash
            json.remove_prefix(std::min<std::size_t>(2, json.size()));
        }
    }
    return out;
}

void SurrogateJoiner::append(std::string& text, std::string_view piece)
{
    while (!piece.empty()) {
        if (high_ == 0 && piece.find(first_byte) == std::string_view::npos) {  // nearly always
            text.append(piece);
            return;
        }
        if (const std::uint32_t half = leading_half(piece); half != 0) {
            append_half(text, half);
            piece.remove_prefix(3);
            continue;
        }
        finish(text);
        const std::size_t plain = std::min(piece.find(first_byte, 1), piece.size());
        text.append(piece.substr(0, plain));
        piece.remove_prefix(plain);
    }
}

void SurrogateJoiner::append_half(std::string& text, std::uint32_t half)
{
    if (high_ != 0 && !is_high(half)) {
        const std::uint32_t high = std::exchange(high_, 0);
        const std::uint32_t character = 0x10000 + ((high - 0xD800) << 10U) + (half - 0xDC00);
        text += byte(0xF0U | (character >> 18U));
        text += byte(0x80U | ((character >> 12U) & 0x3FU));
        text += byte(0x80U | ((character >> 6U) & 0x3FU));
        text += byte(0x80U | (character & 0x3FU));
        return;
    }
    finish(text);
    if (is_high(half)) {
        high_ = half;
    } else {
        text += replacement;
    }
}

void SurrogateJoiner::finish(std::string& text)
{
    if (std::exchange(high_, 0) != 0) text += replacement;
}

}  // namespace phony::openai
