#pragma once

#include <bit>
#include <cstdint>

/// G.711 µ-law, which telephones speak: 8,000 samples a second, 8 bits each, a byte a sample.
namespace phony::speech {

/// Samples, and so bytes, a second.
inline constexpr int phone_rate = 8000;

inline constexpr std::uint8_t mu_law_silence = 0xFF;

/// Of a 16-bit sample, as ITU-T's reference implementation (G.191, `ulaw_compress`) has it.
constexpr std::uint8_t to_mu_law(std::int16_t sample)
{
    constexpr int bias = 33;
    constexpr int largest = 0x1FFF;
    const bool negative = sample < 0;
    // 14 bits; negative ones by their complement, so that -1 is the negative zero.
    int magnitude = ((negative ? ~sample : sample) >> 2) + bias;
    if (magnitude > largest) magnitude = largest;
    const int segment = static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude))) - 6;
    const int step = (magnitude >> (segment + 1)) & 0xF;
    const int code = (negative ? 0x80 : 0) | segment << 4 | step;
    return static_cast<std::uint8_t>(~code);
}

/// The 16-bit sample that a code stands for.
constexpr std::int16_t from_mu_law(std::uint8_t code)
{
    constexpr int bias = 33;
    const int inverted = ~code & 0xFF;
    const int segment = inverted >> 4 & 7;
    const int step = inverted & 0xF;
    // The middle of the interval that to_mu_law() maps to this code.
    const int magnitude = (((2 * step + bias) << segment) - bias) * 4;
    return static_cast<std::int16_t>((inverted & 0x80) != 0 ? -magnitude : magnitude);
}

}  // namespace phony::speech
