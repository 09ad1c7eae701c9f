#pragma once

#include <string>
#include <string_view>

namespace phony::openai {

/// Bodies of POST /audio/speech:
///
///     {"model":"gpt-4o-mini-tts","voice":"alloy","response_format":"pcm","input":"We open at
///     nine."}
///
/// `pcm` is 16-bit little-endian samples at 24,000 a second, the one format whose first bytes can
/// be played before the rest is there.
class SpeechRequest {
public:
    struct Settings {
        std::string model;
        std::string voice;
    };

    explicit SpeechRequest(const Settings& settings);

    std::string body(std::string_view text) const;

private:
    std::string prefix_;  ///< up to the value of `input`
};

/// Whether an answer can be audio: not JSON or HTML, whatever else it calls itself.
bool may_be_audio(std::string_view content_type);

}  // namespace phony::openai
