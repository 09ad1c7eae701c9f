#include "load/caller.hpp"

#include "load/clock.hpp"
#include "simulator/relay_frames.hpp"

#include <algorithm>
#include <chrono>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

/// However the server spaces its JSON. In the words of a reply the quotes would be escaped.
bool is_last(std::string_view message)
{
    return message.find(R"("last":true)") != message.npos ||
           message.find(R"("last": true)") != message.npos;
}

std::string setup_frame(const std::string& call_sid)
{
    const simulator::CallIdentity call{.call_sid = call_sid,
                                       .account_sid = "AC00000000000000000000000000000001",
                                       .from = "+15551234567",
                                       .to = "+18578167225"};
    return web_socket::frame(
        web_socket::Opcode::text,
        simulator::frames::setup(call, "VX" + call_sid.substr(2), "RINGING", {}));
}

std::string prompt_frame(TimePoint due)
{
    const StampText stamp = write_stamp(StampKind::prompt, due);
    std::string words = "And could you tell me more about that, please? ";
    words.append(stamp.data(), stamp.size());
    return web_socket::frame(web_socket::Opcode::text,
                             simulator::frames::prompt(words, "en-US", true));
}

}  // namespace

Caller::Caller(Callers& all, unsigned turns_before)
    : all_{all},
      connection_{all.loop_, *this},
      next_prompt_{all.loop_, [this](TimePoint due) { prompt_is_due(due); }},
      patience_{all.loop_, [this](TimePoint) { give_up(); }},
      turns_{turns_before}
{
}

void Caller::dial()
{
    input_.clear();
    message_.clear();
    stamps_.reset();
    state_ = State::upgrading;
    connection_.open(Connection::connect(all_.port_), all_.tls_);
    connection_.write(all_.upgrade_);
    patience_.set(now() + callers_patience);
}

void Caller::begin(TimePoint first)
{
    next_prompt_.set(whole_microseconds(first));
}

void Caller::hang_up()
{
    next_prompt_.cancel();
    calls_again_ = false;
    if (state_ != State::leaving) say_farewell();
}

/// A caller who goes without it would be waited for: the line may only have broken.
void Caller::say_farewell()
{
    if (state_ != State::on_the_line) return left();
    state_ = State::leaving;
    connection_.write(web_socket::frame(web_socket::Opcode::close, "\x03\xe8"));  // 1000
    patience_.set(now() + callers_patience);
}

void Caller::ready(std::uint32_t events)
{
    if (connection_.closed()) return;
    connection_.ready(events);
    const std::size_t size = connection_.read(all_.buffer_);
    const std::string_view read{all_.buffer_.data(), size};
    if (input_.empty()) {
        take(read);
    } else {
        input_ += read;
        take(std::exchange(input_, {}));
    }
    if (!connection_.closed()) return;
    if (state_ == State::leaving) {
        left();
    } else if (state_ != State::away) {
        lost(connection_.what());
    }
}

/// Takes what is complete, and keeps the rest.
void Caller::take(std::string_view input)
{
    while (!input.empty() && state_ != State::away && state_ != State::leaving) {
        const std::size_t taken = state_ == State::upgrading ? take_upgrade(input)
                                                             : take_frame(input);
        if (taken == 0) {
            input_ = input;
            return;
        }
        input.remove_prefix(taken);
    }
}

std::size_t Caller::take_upgrade(std::string_view input)
{
    constexpr std::string_view blank_line = "\r\n\r\n";
    const auto end = input.find(blank_line);
    if (end == input.npos) return 0;
    const auto status = input.substr(0, input.find('\r'));
    if (!status.starts_with("HTTP/1.1 101 ")) {
        lost(status);
        return input.size();
    }
    state_ = State::on_the_line;
    patience_.cancel();
    connection_.write(setup_frame(all_.next_call_sid()));
    all_.is_on_the_line();
    if (speaking_ && all_.workload_.pace == Pace::full && !owed_) owe(whole_microseconds(now()));
    speak_if_free(now());
    return end + blank_line.size();
}

std::size_t Caller::take_frame(std::string_view input)
{
    using web_socket::Opcode;
    const auto frame = web_socket::read_frame(input);
    if (!frame) return 0;
    if (frame->size == 0) {
        lost("what it sent is no WebSocket frame of a server");
        return input.size();
    }
    switch (frame->opcode) {
    case Opcode::ping: connection_.write(web_socket::frame(Opcode::pong, frame->payload)); break;
    case Opcode::close: {
        const auto text = frame->payload.substr(std::min<std::size_t>(2, frame->payload.size()));
        lost(fmt::format("WebSocket closed: {}", text.empty() ? "without a reason" : text));
        return input.size();
    }
    case Opcode::pong:
    case Opcode::binary: break;
    case Opcode::text:
    case Opcode::continuation:
        if (frame->final && message_.empty()) {
            hear(frame->payload);
        } else {
            message_ += frame->payload;
            if (frame->final) hear(std::exchange(message_, {}));
        }
    }
    return frame->size;
}

void Caller::hear(std::string_view message)
{
    if (!turn_) return;
    const TimePoint heard_at = now();
    CallersAccount& account = all_.account_;
    const bool counts = all_.window_.contains(turn_->due);
    const unsigned heard_before = turn_->tokens;
    stamps_.feed(message, heard_at, [&](TimePoint due) {
        ++turn_->tokens;
        if (counts) account.token_to_frame.push_back(microseconds(heard_at - due));
    });
    const unsigned tokens = turn_->tokens - heard_before;
    if (tokens > 0 && heard_before == 0 && counts)
        account.prompt_to_first_frame.push_back(microseconds(heard_at - turn_->due));
    if (all_.window_.contains(heard_at)) {
        account.tokens += tokens;
        if (tokens > 0) ++account.frames;
    }
    if (!is_last(message)) return;
    stamps_.reset();
    end_turn(turn_->tokens == all_.workload_.tokens ? &TurnCounts::completed
                                                    : &TurnCounts::incomplete);
    go_on();
}

void Caller::prompt_is_due(TimePoint due)
{
    speaking_ = true;
    if (all_.workload_.pace == Pace::human) next_prompt_.set(due + all_.workload_.period);
    owe(due);
    speak_if_free(due);
}

/// From now on this turn counts, said or not: a server that keeps callers waiting does not spare
/// itself what they wanted to say.
void Caller::owe(TimePoint due)
{
    all_.turn_began(due);
    if (owed_) {
        ++owed_behind_;
    } else {
        owed_ = due;
    }
}

/// Says what is owed. `free_since`: from when on this caller could have.
void Caller::speak_if_free(TimePoint free_since)
{
    if (!owed_ || turn_ || state_ != State::on_the_line) return;
    const TimePoint due = *owed_;
    if (owed_behind_ > 0) {
        --owed_behind_;
        owed_ = due + all_.workload_.period;
    } else {
        owed_.reset();
    }
    turn_ = Turn{due};
    ++turns_;
    connection_.write(prompt_frame(due));
    const TimePoint said = now();
    if (all_.window_.contains(due))
        all_.account_.lateness.push_back(microseconds(said - std::max(due, free_since)));
    patience_.set(said + all_.workload_.reply_length() * 2 + callers_patience);
}

void Caller::end_turn(std::uint64_t TurnCounts::* how)
{
    if (!turn_) return;
    patience_.cancel();
    const TimePoint due = turn_->due;
    turn_.reset();
    all_.turn_ended(due, how);
}

/// The reply was heard out: the next prompt, or another call.
void Caller::go_on()
{
    const unsigned most = all_.workload_.turns_per_call;
    if (most != 0 && turns_ >= most) return call_again();
    const TimePoint free_since = now();
    if (all_.workload_.pace == Pace::full) owe(whole_microseconds(free_since));
    speak_if_free(free_since);
}

void Caller::call_again()
{
    turns_ = 0;
    calls_again_ = true;
    say_farewell();
}

/// What may still come of this reply must not be taken for a part of the next: another call.
void Caller::give_up()
{
    if (state_ == State::leaving) return left();
    if (state_ == State::upgrading) return lost("it does not answer");
    end_turn(&TurnCounts::timed_out);
    call_again();
}

void Caller::left()
{
    state_ = State::away;
    patience_.cancel();
    connection_.close();
    if (std::exchange(calls_again_, false)) {
        all_.loop_.afterwards([this] { dial(); });
    } else {
        all_.one_left();
    }
}

void Caller::lost(std::string_view why)
{
    const bool refused = state_ == State::upgrading;
    state_ = State::away;
    patience_.cancel();
    connection_.close();
    end_turn(&TurnCounts::dropped);
    all_.lost(*this, fmt::format("the server {} a call: {}", refused ? "refused" : "closed", why));
}

}  // namespace phony::bench
