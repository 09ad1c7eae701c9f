#pragma once

#include <phony/openai/chunk_scan.hpp>
#include <phony/openai/server_error.hpp>
#include <phony/openai/surrogates.hpp>

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace phony::openai {

enum class FinishReason {
    none,  ///< the reply goes on
    stop,
    length,      ///< the token limit: the text is cut
    tool_calls,  ///< also the older function_call
    content_filter,
    other,  ///< "eos", "abort", … of compatible servers
};

/// What one event says besides its words.
struct Chunk {
    FinishReason finish_reason = FinishReason::none;
    bool done = false;       ///< [DONE]: no more events
    bool malformed = false;  ///< not a JSON object: to be counted and skipped
    std::optional<ServerError> error;
    std::optional<Usage> usage;  ///< may come with any chunk; the last one counts
    friend bool operator==(const Chunk&, const Chunk&) = default;
};

/// Reads the `data` of a chat completion's events, in order:
///
///     {"id":"…","object":"chat.completion.chunk","choices":[{"index":0,
///      "delta":{"content":"We open"},"finish_reason":null}],"usage":null}
///
/// Only `choices[0].delta.content` and `finish_reason` are essential; everything else may be
/// missing, null or unknown. A `refusal` is text to be spoken; `reasoning` never is. An event with
/// an error has no words. Never throws but for memory. One reader serves one reply, on one thread.
class ChunkReader {
public:
    /// Appends the words of `data` to `text`. Bytes that are not UTF-8 are passed on as they are,
    /// since a character that a server cut in two becomes whole again when the pieces meet.
    Chunk read(std::string_view data, std::string& text);

    /// As `read`, but always through a tree of values; so that tests can compare the two.
    Chunk read_as_tree(std::string_view data, std::string& text);

    /// The data of an event of the type `error`, which may lack the `error` field.
    Chunk read_error(std::string_view data);

    /// No more words follow: appends a replacement for half a character that is still held.
    void finish(std::string& text) { joiner_.finish(text); }

private:
    Chunk read_object(const boost::json::object& chunk, std::string& text);
    void read_choice(const boost::json::object& choice, Chunk& result, std::string& text);

    ContentPattern pattern_;
    SurrogateJoiner joiner_;
    std::string unescaped_;  ///< kept for its capacity
};

/// The name for logs: "content_filter".
std::string_view name_of(FinishReason reason);

}  // namespace phony::openai
