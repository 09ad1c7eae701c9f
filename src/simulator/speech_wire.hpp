#pragma once

#include "simulator/chat_wire.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

/// The server's side of OpenAI's speech synthesis: what a request asks for. The answer has no
/// shape, it is audio.
///
///     {"model":"gpt-4o-mini-tts","voice":"alloy","input":"We open at
///     nine.","response_format":"pcm"}
///
/// Source: https://platform.openai.com/docs/api-reference/audio/createSpeech
namespace phony::simulator {

struct SpeechRequest {
    std::string voice;
    std::string input;
};

/// Of the formats only `pcm` is spoken: 16-bit little-endian samples, 24,000 a second, one channel.
boost::system::result<SpeechRequest, ModelRefusal> read_speech_request(std::string_view body);

}  // namespace phony::simulator
