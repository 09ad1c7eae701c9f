#include <phony/base/base64.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace phony {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr auto digits = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t value = 0; value < alphabet.size(); ++value)
        values.at(static_cast<unsigned char>(alphabet[value])) = static_cast<std::uint8_t>(value);
    return values;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t at)
{
    return static_cast<unsigned char>(bytes[at]);
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes)
{
    const std::size_t begin = out.size();
    out.resize(begin + ((bytes.size() + 2) / 3 * 4));
    char* to = out.data() + begin;
    const auto put = [&](std::uint32_t group, int count) {
        for (int digit = 0; digit < 4; ++digit)
            *to++ = digit < count ? alphabet[(group >> (18 - (6 * digit))) & 63] : '=';
    };
    std::size_t at = 0;
    for (; at + 3 <= bytes.size(); at += 3)
        put(byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2), 4);
    if (bytes.size() - at == 2) put(byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8, 3);
    if (bytes.size() - at == 1) put(byte_at(bytes, at) << 16, 2);
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    text.remove_suffix(padding);

    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::uint8_t value = digits[static_cast<unsigned char>(c)];
        if (value == no_digit) return std::nullopt;
        group = group << 6 | value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(group >> bits & 0xFF);
    }
    const std::uint32_t unused = group & ((1U << bits) - 1);
    if (unused != 0) return std::nullopt;
    return bytes;
}

}  // namespace phony
