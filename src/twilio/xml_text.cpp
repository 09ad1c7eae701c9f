#include <phony/twilio/xml_text.hpp>

#include <phony/base/utf8.hpp>

#include <algorithm>

namespace phony::twilio {
namespace {

constexpr bool is_letter(char c) noexcept
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

constexpr bool may_stand_in_name(char c) noexcept
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void append_character(std::string& out, std::string_view character)
{
    switch (character.front()) {
    case '&': out += "&amp;"; return;
    case '<': out += "&lt;"; return;
    case '>': out += "&gt;"; return;
    case '"': out += "&quot;"; return;
    case '\'': out += "&apos;"; return;
    case '\t': out += "&#9;"; return;
    case '\n': out += "&#10;"; return;
    case '\r': out += "&#13;"; return;
    default: break;
    }
    const bool is_control = static_cast<unsigned char>(character.front()) < 0x20;
    const bool is_noncharacter = character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
    if (!is_control && !is_noncharacter) out += character;
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text)
{
    while (!text.empty()) {
        const auto length = utf8_character_length(text);
        if (length == 0) {
            out += "\xEF\xBF\xBD";  // U+FFFD
            text.remove_prefix(1);
        } else {
            append_character(out, text.substr(0, length));
            text.remove_prefix(length);
        }
    }
}

bool is_xml_name(std::string_view text) noexcept
{
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, may_stand_in_name);
}

}  // namespace phony::twilio
