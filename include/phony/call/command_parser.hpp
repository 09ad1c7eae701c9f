#pragma once

#include <phony/call/command.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::call {

/// Words that can be spoken now. The view is valid until the parser is used again.
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
/// Any split of the input gives the same speech and the same commands. A character is held back
/// only while it may still belong to a command (one `[`) or is not whole (UTF-8), because what is
/// held back is silence on the line. It fails closed: from `[[` on nothing is spoken until `]]`,
/// and what does not parse is a RejectedCommand. Memory is bounded by `longest_command`. Never
/// throws but for memory.
///
/// One parser serves one reply at a time, on one thread.
class CommandParser {
public:
    static constexpr std::size_t longest_command = 1024;

    /// What became certain, valid until the next call.
    std::span<const Piece> feed(std::string_view chunk);

    /// The reply is complete: releases a held `[`, rejects an unfinished command, and makes the
    /// parser ready for the next reply.
    std::span<const Piece> finish();

    /// Forgets a reply that was cut.
    void reset();

private:
    enum class State { words, one_bracket, command, closing, overlong, overlong_closing };

    void speak(std::string_view text);
    void close_command();

    State state_ = State::words;
    std::string held_;                ///< an incomplete UTF-8 tail, or the command so far
    std::vector<std::string> owned_;  ///< text that Speech pieces of this call point into
    std::vector<Piece> pieces_;
};

}  // namespace phony::call
