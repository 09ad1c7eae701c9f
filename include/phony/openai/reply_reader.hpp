#pragma once

#include <phony/openai/chat_chunk.hpp>
#include <phony/openai/server_error.hpp>
#include <phony/openai/sse_parser.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace phony::openai {

/// Reads the body of one streamed reply as it comes from the socket: the words of all events in one
/// read are one text, so that they can leave as one frame.
///
///     ReplyReader reader;
///     while (auto bytes = co_await read_some()) {
///         const auto reading = reader.read(*bytes);
///         step(TokensArrived{turn, reading.text, reading.complete});
///         if (reading.failure) …                    // ThinkFailed; close the connection
///         if (reader.done()) break;                 // drain what is left, keep the connection
///     }
///     const auto rest = reader.finish();            // the body has ended: perhaps it was cut
///
/// A reply ends once: with `complete`, or with a `failure`, or by not being read further; what
/// comes afterwards has no words. Text that precedes a failure in the same read is handed out with
/// it. Never throws but for memory. One reader serves one reply, on one thread.
class ReplyReader {
public:
    struct Reading {
        std::string_view text;  ///< valid until the reader is used again; see ChunkReader on UTF-8
        bool complete = false;  ///< the reply has ended well, and this text is its last
        std::optional<Failure> failure;
    };

    /// Bytes of the body, in any split, without the framing of HTTP.
    Reading read(std::string_view bytes);

    /// The body has ended. A reply that neither a finish reason nor [DONE] has ended was cut.
    Reading finish();

    /// [DONE] was seen. What follows is only to be drained, so that the connection can be used
    /// again.
    bool done() const { return done_; }

    FinishReason finish_reason() const { return finish_reason_; }
    const std::optional<Usage>& usage() const { return usage_; }  ///< comes behind the last words

    /// Events that were not JSON or too long: skipped, and worth a count.
    std::size_t malformed_events() const { return malformed_events_ + parser_.dropped_events(); }

private:
    Reading take(std::span<const SseEvent> events);
    void take(const Chunk& chunk, Reading& reading);
    void complete(Reading& reading);
    void fail(Reading& reading, Failure failure);

    SseParser parser_;
    ChunkReader chunks_;
    std::string text_;
    FinishReason finish_reason_ = FinishReason::none;
    std::optional<Usage> usage_;
    std::size_t malformed_events_ = 0;
    bool ended_ = false;  ///< completed or failed
    bool done_ = false;
};

}  // namespace phony::openai
