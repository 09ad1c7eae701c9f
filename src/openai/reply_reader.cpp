#include <phony/openai/reply_reader.hpp>

#include <phony/call/model_failure.hpp>

#include <utility>

namespace phony::openai {
namespace {

Failure failure(call::ModelFailure reason, std::string detail)
{
    return {reason, std::move(detail), call::is_retryable(reason)};
}

}  // namespace

ReplyReader::Reading ReplyReader::read(std::string_view bytes)
{
    if (done_) return {};
    return take(parser_.feed(bytes));
}

ReplyReader::Reading ReplyReader::finish()
{
    if (done_) return {};
    Reading reading = take(parser_.finish());
    if (!ended_) {
        fail(reading, failure(call::ModelFailure::cut, "the stream ended before the reply did"));
        reading.text = text_;  // which has grown if the stream was cut in half a character
    }
    return reading;
}

ReplyReader::Reading ReplyReader::take(std::span<const SseEvent> events)
{
    text_.clear();
    Reading reading;
    for (const SseEvent& event : events) {
        // What a server adds behind the end of the reply is not spoken, but its usage counts.
        const std::size_t spoken = text_.size();
        const Chunk chunk = event.type == "error" ? chunks_.read_error(event.data)
                                                  : chunks_.read(event.data, text_);
        if (ended_) text_.resize(spoken);
        take(chunk, reading);
        if (done_) break;
    }
    reading.text = text_;
    return reading;
}

void ReplyReader::take(const Chunk& chunk, Reading& reading)
{
    if (chunk.malformed) ++malformed_events_;
    if (chunk.usage) usage_ = chunk.usage;
    done_ = chunk.done;
    if (ended_) return;

    if (chunk.error) {
        fail(reading, classify_stream_error(*chunk.error));
    } else if (chunk.finish_reason == FinishReason::content_filter) {
        finish_reason_ = chunk.finish_reason;
        fail(reading, failure(call::ModelFailure::filtered, "finish_reason content_filter"));
    } else if (chunk.finish_reason != FinishReason::none || chunk.done) {
        finish_reason_ = chunk.finish_reason;
        complete(reading);
    }
}

void ReplyReader::complete(Reading& reading)
{
    chunks_.finish(text_);
    ended_ = true;
    reading.complete = true;
}

void ReplyReader::fail(Reading& reading, Failure failure)
{
    chunks_.finish(text_);
    ended_ = true;
    reading.failure = std::move(failure);
}

}  // namespace phony::openai
