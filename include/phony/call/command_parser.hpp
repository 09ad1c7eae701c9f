#pragma once

#include <phony/call/command.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::call {

/// Words that can be spoken now: a view of the chunk itself wherever possible. Valid until the
/// parser is used again and as long as the chunk is.
struct Speech {
    std::string_view text;
};

using Piece = std::variant<Speech, Command, RejectedCommand>;

/// Separates a reply, as its tokens arrive, into words to speak and commands to carry out, in
/// order.
///
///     parser.feed("One moment. [[pre")   // Speech "One moment. "
///     parser.feed("ss:1]] Done")         // Press "1", Speech " Done"
///     parser.finish()                    // nothing: all was certain already
///
/// Any split of the input gives the same speech and the same commands. What is held back is silence
/// on the line, so it is only what may still belong to a command (one `[` at the end of a chunk) or
/// is not a whole character (UTF-8, at most 3 bytes). It fails closed: from `[[` on nothing is
/// spoken until `]]`, and what does not parse is a RejectedCommand. `[[` is never spoken, not even
/// across pieces.
///
/// Memory is bounded: a command is dropped as too_long once it exceeds `longest_command`. A chunk
/// of plain words costs one piece and, after the first, no copy and no allocation. Throws nothing
/// but bad_alloc.
///
/// One parser serves one reply at a time, on one thread.
class CommandParser {
public:
    /// In bytes, brackets not counted.
    static constexpr std::size_t longest_command = 1024;

    /// What became certain, valid until the next call.
    std::span<const Piece> feed(std::string_view chunk);

    /// The reply is complete: releases what is held of its words, rejects an unfinished command,
    /// and makes the parser ready for the next reply.
    std::span<const Piece> finish();

    /// Forgets a reply that was cut.
    void reset();

private:
    /// Where the last byte left us. The `_bracket` states wait for its twin.
    enum class State {
        words,
        words_bracket,    // [
        command,          // [[press:1
        command_bracket,  // [[press:1]
        overlong,         // swallows the rest of a command that was rejected as too_long
        overlong_bracket,
    };

    // Both return how many bytes of the chunk they used up, possibly none.
    std::size_t take_words(std::string_view chunk);
    std::size_t complete_character(std::string_view chunk);

    void take_command_byte(char byte);
    void append_to_command(std::string_view bytes);
    void speak(std::string_view text);

    State state_ = State::words;
    std::string tail_;       // the beginning of a character whose rest has not come yet
    std::string character_;  // the one before it, now complete: a Speech of this call views it
    std::string command_;    // what stands behind `[[` so far
    std::vector<Piece> pieces_;
};

}  // namespace phony::call
