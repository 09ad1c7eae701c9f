#include <phony/base/utf8.hpp>

#include <algorithm>

namespace phony {
namespace {

/// Length that the lead byte announces; 0 for a byte that cannot lead.
std::size_t announced_length(unsigned char lead) noexcept
{
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// Whether `byte` may stand at `position` (1..3) behind `lead`. The second byte is what rules out
/// overlong forms, surrogates and values over U+10FFFF.
bool may_follow(unsigned char lead, std::size_t position, unsigned char byte) noexcept
{
    if (byte < 0x80 || byte > 0xBF) return false;
    if (position != 1) return true;
    switch (lead) {
    case 0xE0: return byte >= 0xA0;
    case 0xED: return byte <= 0x9F;
    case 0xF0: return byte >= 0x90;
    case 0xF4: return byte <= 0x8F;
    default: return true;
    }
}

}  // namespace

std::size_t utf8_character_length(std::string_view text) noexcept
{
    if (text.empty()) return 0;
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = announced_length(lead);
    if (length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!may_follow(lead, i, static_cast<unsigned char>(text[i]))) return 0;
    }
    return length;
}

bool is_valid_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const std::size_t length = utf8_character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t incomplete_utf8_tail(std::string_view text) noexcept
{
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        const auto lead = static_cast<unsigned char>(text[text.size() - back]);
        if (lead >= 0x80 && lead <= 0xBF) continue;
        if (announced_length(lead) <= back) return 0;
        for (std::size_t i = 1; i < back; ++i) {
            const auto byte = static_cast<unsigned char>(text[text.size() - back + i]);
            if (!may_follow(lead, i, byte)) return 0;
        }
        return back;
    }
    return 0;
}

std::string_view cut_at_character(std::string_view text, std::size_t longest) noexcept
{
    if (text.size() <= longest) return text;
    text = text.substr(0, longest);
    text.remove_suffix(incomplete_utf8_tail(text));
    return text;
}

}  // namespace phony
