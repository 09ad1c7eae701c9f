#include "simulator/speech_wire.hpp"

#include <phony/base/fields.hpp>

#include <array>
#include <cstddef>

namespace phony::simulator {
namespace {

constexpr std::size_t longest_input = 4096;  // OpenAI's limit, there in characters

ModelRefusal missing(std::string_view parameter)
{
    return {400,
            "Missing required parameter: '" + std::string{parameter} + "'.",
            std::string{parameter},
            "missing_required_parameter"};
}

}  // namespace

boost::system::result<SpeechRequest, ModelRefusal> read_speech_request(std::string_view body)
{
    const auto object = parse_object(body);
    if (!object)
        return ModelRefusal{400, "We could not parse the JSON body of your request.", "", ""};
    const Fields fields{*object};
    for (const std::string_view parameter :
         std::to_array<std::string_view>({"model", "voice", "input"})) {
        const auto value = fields.string(parameter);
        if (!value || value->empty()) return missing(parameter);
    }
    // Unlike OpenAI, which makes an mp3 when nothing is said.
    if (fields.string("response_format") != "pcm")
        return ModelRefusal{400,
                            "Invalid value for 'response_format': the built-in model speaks 'pcm' "
                            "alone.",
                            "response_format",
                            "invalid_value"};
    const auto input = fields.string("input").value_or("");
    if (input.size() > longest_input)
        return ModelRefusal{400,
                            "Invalid 'input': string too long. Expected at most 4096 characters.",
                            "input",
                            "string_above_max_length"};
    return SpeechRequest{std::string{fields.string("voice").value_or("")}, std::string{input}};
}

}  // namespace phony::simulator
