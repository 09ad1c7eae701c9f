#include <phony/speech/mu_law.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include <limits>

namespace phony::speech {
namespace {

constexpr int lowest = std::numeric_limits<std::int16_t>::min();
constexpr int highest = std::numeric_limits<std::int16_t>::max();

int level_of(int code)
{
    return from_mu_law(static_cast<std::uint8_t>(code));
}

/// The levels of G.711's table 2a, made as its text has it: eight segments of sixteen steps, each
/// segment's steps twice as wide as those of the one before, from 2 (in 14 bits) on.
std::array<int, 256> levels_of_the_standard()
{
    std::array<int, 256> levels{};
    int level = 0;
    for (int position = 0; position < 128; ++position) {
        const int width = 2 << (position / 16);
        const int previous = position == 0 ? 0 : 2 << ((position - 1) / 16);
        level += position == 0 ? 0 : (width + previous) / 2;
        levels.at(static_cast<std::size_t>(0xFF - position)) = level * 4;
        levels.at(static_cast<std::size_t>(0x7F - position)) = -level * 4;
    }
    return levels;
}

TEST(MuLaw, stands_for_the_levels_of_the_standard)
{
    const auto levels = levels_of_the_standard();
    for (int code = 0; code < 256; ++code)
        EXPECT_EQ(level_of(code), levels.at(static_cast<std::size_t>(code))) << code;
    EXPECT_EQ(level_of(0x80), 32124);
    EXPECT_EQ(level_of(0x00), -32124);
}

/// The decision values of the same table: 0, 1, 3, 5 … 31, 35 … 95 … 4063 … in 14 bits.
std::array<int, 128> decisions_of_the_standard()
{
    std::array<int, 128> decisions{};
    for (std::size_t position = 1; position < decisions.size(); ++position) {
        const int width = position == 1 ? 1 : 2 << ((position - 1) / 16);
        decisions.at(position) = decisions.at(position - 1) + width;
    }
    return decisions;
}

TEST(MuLaw, decides_as_the_standard_does_for_every_sample)
{
    const auto decisions = decisions_of_the_standard();
    EXPECT_EQ(decisions.at(16), 31);
    EXPECT_EQ(decisions.at(112), 4063);
    for (int sample = lowest; sample <= highest; ++sample) {
        const int magnitude = (sample < 0 ? -1 - sample : sample) / 4;
        const auto above = std::ranges::upper_bound(decisions, magnitude);
        const auto position = static_cast<int>(above - decisions.begin()) - 1;
        ASSERT_EQ(to_mu_law(static_cast<std::int16_t>(sample)),
                  (sample < 0 ? 0x7F : 0xFF) - position)
            << sample;
    }
}

TEST(MuLaw, keeps_what_was_mu_law_before)
{
    for (int code = 0; code < 256; ++code) {
        const auto again = to_mu_law(static_cast<std::int16_t>(level_of(code)));
        // The negative zero is the positive one afterwards.
        EXPECT_EQ(again, code == 0x7F ? mu_law_silence : code) << code;
    }
}

TEST(MuLaw, never_falls_when_the_sample_rises)
{
    for (int sample = lowest; sample < highest; ++sample) {
        ASSERT_LE(from_mu_law(to_mu_law(static_cast<std::int16_t>(sample))),
                  from_mu_law(to_mu_law(static_cast<std::int16_t>(sample + 1))))
            << sample;
    }
}

TEST(MuLaw, has_the_codes_that_everyone_knows)
{
    EXPECT_EQ(to_mu_law(0), 0xFF);
    EXPECT_EQ(to_mu_law(-1), 0x7F);
    EXPECT_EQ(to_mu_law(32767), 0x80);
    EXPECT_EQ(to_mu_law(-32768), 0x00);
    EXPECT_EQ(to_mu_law(1000), 0xCE);
    EXPECT_EQ(to_mu_law(-1000), 0x4E);
}

}  // namespace
}  // namespace phony::speech
