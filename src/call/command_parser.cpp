#include <phony/call/command_parser.hpp>

#include <phony/base/utf8.hpp>

#include <utility>

namespace phony::call {

std::span<const Piece> CommandParser::feed(std::string_view chunk)
{
    pieces_.clear();
    while (!chunk.empty()) {
        if (state_ == State::words) {
            chunk.remove_prefix(take_words(chunk));
        } else if (state_ == State::words_bracket && chunk.front() != '[') {
            speak("[");  // it was only a bracket; a literal, because its chunk is gone
            state_ = State::words;
        } else {
            take_command_byte(chunk.front());
            chunk.remove_prefix(1);
        }
    }
    return pieces_;
}

std::span<const Piece> CommandParser::finish()
{
    pieces_.clear();
    switch (state_) {
    case State::words:
        character_ = tail_;  // not UTF-8; who writes it as JSON replaces it
        speak(character_);
        break;
    case State::words_bracket: speak("["); break;
    case State::command:
    case State::command_bracket:
        pieces_.emplace_back(reject_command(command_, Rejection::unfinished));
        break;
    case State::overlong:
    case State::overlong_bracket: break;  // was rejected when it became too long
    }
    reset();
    return pieces_;
}

void CommandParser::reset()
{
    state_ = State::words;
    tail_.clear();
    command_.clear();
}

std::size_t CommandParser::take_words(std::string_view chunk)
{
    if (!tail_.empty()) return complete_character(chunk);

    if (const std::size_t open = chunk.find("[["); open != std::string_view::npos) {
        speak(chunk.substr(0, open));
        state_ = State::command;
        return open + 2;
    }
    if (chunk.ends_with('[')) {
        speak(chunk.substr(0, chunk.size() - 1));
        state_ = State::words_bracket;
        return chunk.size();
    }
    const std::size_t whole = chunk.size() - incomplete_utf8_tail(chunk);
    speak(chunk.substr(0, whole));
    if (whole < chunk.size()) tail_ = chunk.substr(whole);
    return chunk.size();
}

std::size_t CommandParser::complete_character(std::string_view chunk)
{
    std::size_t taken = 0;
    do {
        if (taken == chunk.size()) return taken;
        tail_ += chunk[taken++];
    } while (incomplete_utf8_tail(tail_) == tail_.size());

    if (!is_valid_utf8(tail_)) {  // the last byte did not belong to it: perhaps a `[`
        tail_.pop_back();
        --taken;
    }
    // Another buffer, because the chunk may end in a tail of its own while `pieces_` views this
    // one.
    std::swap(character_, tail_);
    tail_.clear();
    speak(character_);
    return taken;
}

void CommandParser::take_command_byte(char byte)
{
    const bool closes = byte == ']';
    switch (state_) {
    case State::words: break;
    case State::words_bracket: state_ = State::command; break;
    case State::command:
        if (closes) {
            state_ = State::command_bracket;
        } else {
            append_to_command({&byte, 1});
        }
        break;
    case State::command_bracket:
        if (closes) {
            std::visit([&](auto judged) { pieces_.emplace_back(std::move(judged)); },
                       parse_command(command_));
            command_.clear();
            state_ = State::words;
        } else {
            state_ = State::command;
            const char bytes[] = {']', byte};
            append_to_command({bytes, 2});
        }
        break;
    case State::overlong:
        if (closes) state_ = State::overlong_bracket;
        break;
    case State::overlong_bracket: state_ = closes ? State::words : State::overlong; break;
    }
}

void CommandParser::append_to_command(std::string_view bytes)
{
    command_ += bytes;
    if (command_.size() <= longest_command) return;
    pieces_.emplace_back(reject_command(command_, Rejection::too_long));
    command_.clear();
    state_ = State::overlong;
}

void CommandParser::speak(std::string_view text)
{
    if (!text.empty()) pieces_.emplace_back(Speech{text});
}

}  // namespace phony::call
