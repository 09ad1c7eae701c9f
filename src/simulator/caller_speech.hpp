#pragma once

#include "simulator/random.hpp"
#include "simulator/voice_settings.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace phony::simulator {

/// One thing that a caller says, as live transcription reports it: guesses that grow and are
/// revised, then the final text.
///
///     {0 ms "Stop"} {215 ms "Stop stop"} {475 ms "Stop. Stop. Stop"} … final "Stop. Stop. Stop. I
///     am …"
struct CallerSpeech {
    struct Partial {
        Duration after{};  ///< since the speech was first noticed
        std::string text;
    };
    std::vector<Partial> partials;  ///< at least one
    /// With which partial the voice is noticed (clientSpeaking on) when nobody talks over it; in
    /// most recordings the second.
    std::size_t noticed_with = 1;
    std::string final_text;
    Duration final_after{};
};

/// How a transcriber would report `text` spoken at `pace`.
CallerSpeech transcribe(std::string_view text, const Pace& pace, Random& random);

}  // namespace phony::simulator
