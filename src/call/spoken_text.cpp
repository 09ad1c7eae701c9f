#include <phony/call/spoken_text.hpp>

#include <phony/base/eight_bytes.hpp>

#include <algorithm>

namespace phony::call {
namespace {

/// Models like to write ’ “ ” – — …, and the relay reports ' " - instead: U+2000 to U+203F, whose
/// first two bytes are always these.
bool is_general_punctuation(std::string_view text, std::size_t at)
{
    constexpr std::string_view lead = "\xE2\x80";
    for (std::size_t back = 0; back <= std::min<std::size_t>(at, 2); ++back) {
        if (text.substr(at - back).starts_with(lead)) return true;
    }
    return false;
}

bool is_spoken(std::string_view text, std::size_t at)
{
    const char byte = text[at];
    if (static_cast<unsigned char>(byte) >= 0x80) return !is_general_punctuation(text, at);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9');
}

char folded(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool is_continuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Where the fragment ends when it begins exactly at `at`.
std::optional<std::size_t> match_at(std::string_view text,
                                    std::size_t at,
                                    std::string_view fragment)
{
    for (std::size_t i = 0; i < fragment.size(); ++i) {
        if (!is_spoken(fragment, i)) continue;
        at = end_of_speech(text, at);
        if (at == text.size() || folded(text[at]) != folded(fragment[i])) return std::nullopt;
        ++at;
    }
    return at;
}

}  // namespace

std::optional<std::size_t> find_spoken(std::string_view text,
                                       std::size_t from,
                                       std::string_view fragment)
{
    if (end_of_speech(fragment, 0) == fragment.size()) return from;
    for (std::size_t at = from; at < text.size(); ++at) {
        if (!is_spoken(text, at) || is_continuation(text[at])) continue;
        if (const auto end = match_at(text, at, fragment)) return end;
    }
    return std::nullopt;
}

bool ends_with_spoken(std::string_view text, std::string_view fragment)
{
    std::size_t at = text.size();
    for (std::size_t i = fragment.size(); i > 0; --i) {
        if (!is_spoken(fragment, i - 1)) continue;
        while (at > 0 && !is_spoken(text, at - 1)) --at;
        if (at == 0 || folded(text[at - 1]) != folded(fragment[i - 1])) return false;
        --at;
    }
    return true;
}

std::size_t end_of_speech(std::string_view text, std::size_t position)
{
    while (position < text.size() && !is_spoken(text, position)) ++position;
    return position;
}

std::size_t advance_words(std::string_view text, std::size_t from, std::size_t characters)
{
    std::size_t at = from;
    while (at < text.size() && characters > 0) {
        ++at;
        while (at < text.size() && is_continuation(text[at])) ++at;
        --characters;
    }
    if (at == text.size()) return at;
    while (at > from && !(is_spoken(text, at - 1) && !is_spoken(text, at))) --at;
    return at;
}

std::size_t count_characters(std::string_view text)
{
    std::size_t characters = text.size();
    std::size_t at = 0;
    for (; text.size() - at >= 8; at += 8)
        characters -= EightBytes::at(text.data() + at).continuations();
    const auto rest = text.substr(at);
    return characters - static_cast<std::size_t>(std::ranges::count_if(rest, is_continuation));
}

}  // namespace phony::call
