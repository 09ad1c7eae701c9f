#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace phony {

/// Eight bytes of text that are looked at together, as one number: which of them are out of the
/// ordinary. Each test marks bytes by their highest bit. The first byte that is marked is right;
/// behind it there may be marks that are not, which is enough to find the first.
///
///     const auto eight = EightBytes::at(text);
///     const auto plain = EightBytes::before_first(eight.equal('"') | eight.below(0x20));
class EightBytes {
public:
    using Marks = std::uint64_t;

    static EightBytes at(const char* text)
    {
        EightBytes eight;
        std::memcpy(&eight.bytes_, text, sizeof eight.bytes_);
        if constexpr (std::endian::native == std::endian::big)
            eight.bytes_ = __builtin_bswap64(eight.bytes_);
        return eight;
    }

    constexpr Marks equal(unsigned char byte) const
    {
        const std::uint64_t zero = bytes_ ^ (byte * ones);
        return (zero - ones) & ~zero & highest;
    }
    /// `limit` up to 0x80.
    constexpr Marks below(unsigned char limit) const
    {
        return (bytes_ - limit * ones) & ~bytes_ & highest;
    }
    constexpr Marks not_ascii() const { return bytes_ & highest; }

    /// How many of the eight go on with a character of UTF-8 that began before them.
    constexpr std::size_t continuations() const
    {
        return static_cast<std::size_t>(std::popcount(bytes_ & ~(bytes_ << 1U) & highest));
    }

    /// How many of the eight bytes come before the first that is marked.
    static constexpr std::size_t before_first(Marks marks)
    {
        return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
    }

private:
    static constexpr std::uint64_t ones = 0x0101010101010101U;
    static constexpr std::uint64_t highest = 0x80 * ones;

    std::uint64_t bytes_ = 0;
};

}  // namespace phony
