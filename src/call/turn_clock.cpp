#include <phony/call/turn_clock.hpp>

namespace phony::call {

Latency TurnClock::latency() const
{
    const auto since = [](const Moment& from, const Moment& to) -> std::optional<double> {
        if (!from || !to) return std::nullopt;
        return milliseconds(*to - *from);
    };
    const Moment read = transcript_read_;

    Latency latency{
        .turn = turn_, .interrupted = interrupted_, .failed = failed_, .request_id = request_id_};
    latency.transcript_to_gpt_ms = since(read, request_written_);
    latency.response_headers_ms = since(request_written_, response_started_);
    latency.gpt_first_token_ms = since(request_written_, first_token_);
    latency.first_frame_ms = since(read, first_frame_);
    latency.agent_speaking_ms = since(read, agent_speaking_);
    latency.first_audio_playback_ms = latency.agent_speaking_ms ? latency.agent_speaking_ms
                                                                : latency.first_frame_ms;
    latency.reply_complete_ms = since(read, reply_complete_);
    latency.playback_ended_ms = since(read, playback_ended_);
    return latency;
}

}  // namespace phony::call
