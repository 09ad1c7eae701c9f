#pragma once

#include <phony/call/event.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// What the benchmarks are fed with: what the model and the relay send on an ordinary call.
namespace phony::micro {

inline constexpr std::string_view call_sid = "CA0123456789abcdef0123456789abcdef";

/// 227 bytes, as OpenAI sends them without obfuscation.
inline constexpr std::string_view chunk =
    R"({"id":"chatcmpl-Q7m2XnA1","object":"chat.completion.chunk","created":1793000000,)"
    R"("model":"gpt-5.4-mini","service_tier":"default","choices":[{"index":0,)"
    R"("delta":{"content":" open"},"logprobs":null,"finish_reason":null}],"usage":null})";

/// So many tokens of the model's stream.
inline std::string token_events(std::size_t tokens)
{
    std::string events;
    for (std::size_t i = 0; i < tokens; ++i) events.append("data: ").append(chunk).append("\n\n");
    return events;
}

inline constexpr std::string_view prompt_frame =
    R"({"type":"prompt","voicePrompt":"Hello, which phone plans do you have?","lang":"en-US",)"
    R"("last":true})";

/// What 10 seconds of speech are made of.
inline constexpr std::string_view reply =
    "We have three plans. The Basic plan costs ten dollars a month and comes with five gigabytes. "
    "The Family plan is thirty dollars for four people. Which one shall I tell you more about?";

/// Of a turn that was heard to its end.
inline call::Latency latency()
{
    call::Latency latency;
    latency.turn = 7;
    latency.transcript_to_gpt_ms = 0.181;
    latency.response_headers_ms = 212.402;
    latency.gpt_first_token_ms = 298.77;
    latency.first_frame_ms = 299.012;
    latency.agent_speaking_ms = 661.5;
    latency.first_audio_playback_ms = 661.5;
    latency.reply_complete_ms = 912.25;
    latency.playback_ended_ms = 7034.125;
    latency.trace_id = "0123456789abcdef0123456789abcdef";
    latency.request_id = "req_0123456789abcdef";
    return latency;
}

}  // namespace phony::micro
