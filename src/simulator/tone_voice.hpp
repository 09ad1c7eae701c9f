#pragma once

#include <phony/base/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace phony::simulator {

/// The built-in model's voice: no words, but a tone with the melody of a voice that reads them.
/// Vowels are loud, consonants soft, spaces and full stops silent, and the pitch falls towards the
/// end of a sentence. 16-bit little-endian samples, 24,000 a second, made bit by bit:
///
///     ToneVoice voice{"We open at nine."};
///     for (auto pcm = voice.next(2400); !pcm.empty(); pcm = voice.next(2400)) …
///
/// Pure and deterministic; it takes the time that people take, `time_to_say`.
class ToneVoice {
public:
    static constexpr int rate = 24'000;

    explicit ToneVoice(std::string_view text);

    /// So many samples, or the rest; empty at the end.
    std::string next(std::size_t samples);

    /// 65 ms a character.
    static Duration time_to_say(std::string_view text);

private:
    double loudness_of(std::uint64_t character) const;
    double hertz_at(std::uint64_t character) const;

    std::string characters_;  ///< a byte each: of others than ASCII a vowel
    std::uint64_t at_ = 0;    ///< samples made so far
    double phase_ = 0;
    double loudness_ = 0;
};

}  // namespace phony::simulator
