#include <phony/openai/speech_request.hpp>

#include <phony/base/json_text.hpp>

namespace phony::openai {

SpeechRequest::SpeechRequest(const Settings& settings)
{
    prefix_ = R"({"model":)";
    append_json_string(prefix_, settings.model);
    prefix_ += R"(,"voice":)";
    append_json_string(prefix_, settings.voice);
    prefix_ += R"(,"response_format":"pcm","input":)";
}

std::string SpeechRequest::body(std::string_view text) const
{
    std::string body = prefix_;
    append_json_string(body, text);
    body += '}';
    return body;
}

/// Servers call raw samples audio/pcm, audio/L16, application/octet-stream, or nothing at all.
bool may_be_audio(std::string_view content_type)
{
    return !content_type.starts_with("application/json") && !content_type.starts_with("text/");
}

}  // namespace phony::openai
