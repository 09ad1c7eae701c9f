#include "simulator/tone_voice.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

namespace phony::simulator {
namespace {

constexpr std::uint64_t samples_a_character = 1560;  // 65 ms
constexpr double highest_pitch = 190;                // Hz, at the beginning of a sentence
constexpr double lowest_pitch = 110;
constexpr double fall = 2.5;             // Hz a character
constexpr double softening = 1.0 / 240;  // a change of loudness takes about 10 ms: no clicks

constexpr std::string_view vowels = "aeiouyAEIOUY0123456789";
constexpr std::string_view silent = " \t\r\n,;:-";
constexpr std::string_view full_stops = ".!?";

}  // namespace

ToneVoice::ToneVoice(std::string_view text)
{
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) == 0x80U) continue;  // the rest of a character
        characters_ += byte < 0x80 ? c : 'a';
    }
}

Duration ToneVoice::time_to_say(std::string_view text)
{
    const ToneVoice voice{text};
    return std::chrono::milliseconds{65} * static_cast<std::int64_t>(voice.characters_.size());
}

std::string ToneVoice::next(std::size_t samples)
{
    const std::uint64_t all = characters_.size() * samples_a_character;
    const std::uint64_t end = std::min<std::uint64_t>(all, at_ + samples);
    std::string pcm;
    pcm.reserve(2 * static_cast<std::size_t>(end - at_));
    for (; at_ < end; ++at_) {
        const std::uint64_t character = at_ / samples_a_character;
        // The last 20 ms are silent, so that one clause joins the next.
        const bool fades = all - at_ < 480;
        loudness_ += ((fades ? 0 : loudness_of(character)) - loudness_) * softening;
        phase_ += 2 * std::numbers::pi * hertz_at(character) / rate;
        const double wave = std::sin(phase_) + 0.5 * std::sin(2 * phase_) +
                            0.35 * std::sin(3 * phase_) + 0.15 * std::sin(7 * phase_);
        const auto sample = static_cast<std::int16_t>(std::lround(wave * loudness_));
        pcm += static_cast<char>(sample & 0xFF);
        pcm += static_cast<char>(sample >> 8 & 0xFF);
    }
    return pcm;
}

double ToneVoice::loudness_of(std::uint64_t character) const
{
    const char c = characters_[character];
    if (silent.find(c) != silent.npos || full_stops.find(c) != full_stops.npos) return 0;
    return vowels.find(c) != vowels.npos ? 9000 : 4000;
}

double ToneVoice::hertz_at(std::uint64_t character) const
{
    const auto stop = character == 0 ? std::string::npos
                                     : characters_.find_last_of(full_stops, character - 1);
    const std::uint64_t since = stop == std::string::npos ? character : character - stop;
    return std::max(lowest_pitch, highest_pitch - fall * static_cast<double>(since));
}

}  // namespace phony::simulator
