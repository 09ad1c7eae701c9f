#include <phony/base/json_text.hpp>

#include <phony/base/eight_bytes.hpp>
#include <phony/base/utf8.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace phony {
namespace {

constexpr auto needs_no_escape = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();

/// Where the first byte from `at` on is that cannot stand as it is.
std::size_t end_of_plain(std::string_view text, std::size_t at)
{
    while (text.size() - at >= 8) {
        const auto eight = EightBytes::at(text.data() + at);
        const std::size_t plain = EightBytes::before_first(eight.equal('"') | eight.equal('\\') |
                                                           eight.equal(0x7F) | eight.below(0x20) |
                                                           eight.not_ascii());
        at += plain;
        if (plain < 8) return at;
    }
    while (at < text.size() && needs_no_escape[static_cast<unsigned char>(text[at])]) ++at;
    return at;
}

void append_escape(std::string& out, unsigned char byte)
{
    static constexpr char hex[] = "0123456789abcdef";
    switch (byte) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
        out += "\\u00";
        out += hex[byte >> 4U];
        out += hex[byte & 0x0FU];
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t plain = end_of_plain(text, at);
        out.append(text, at, plain - at);
        at = plain;
        if (at == text.size()) break;

        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            append_escape(out, byte);
            ++at;
        } else if (const auto length = utf8_character_length(text.substr(at)); length != 0) {
            out.append(text, at, length);
            at += length;
        } else {
            out += "\xEF\xBF\xBD";  // U+FFFD
            ++at;
        }
    }
    out += '"';
}

void append_json_number(std::string& out, double number)
{
    constexpr double too_large = 1e15;
    if (!(std::abs(number) < too_large)) {
        out += "null";
        return;
    }
    // From the last digit to the first: much cheaper than the formatting of a double.
    const auto thousandths = static_cast<std::uint64_t>(std::llrint(std::abs(number) * 1000));
    std::array<char, 24> text{};
    char* const end = text.data() + text.size();
    char* at = end;
    const auto put = [&at](std::uint64_t digit) { *--at = static_cast<char>('0' + digit); };
    if (auto decimals = static_cast<std::uint32_t>(thousandths % 1000); decimals != 0) {
        int left = 3;
        for (; decimals % 10 == 0; decimals /= 10) --left;
        for (; left > 0; --left, decimals /= 10) put(decimals % 10);
        *--at = '.';
    }
    auto whole = thousandths / 1000;
    do {
        put(whole % 10);
        whole /= 10;
    } while (whole != 0);
    if (number < 0 && thousandths != 0) *--at = '-';
    out.append(at, end);
}

}  // namespace phony
