#include "simulator/relay_call.hpp"

#include <phony/base/json_text.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace phony::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using async::as_result;
using async::awaitable;

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr Duration between_keys = 250ms;
constexpr int most_answers = 20;  ///< tries, in case the agent has not asked yet
constexpr Duration between_answers = 300ms;

}  // namespace

RelayCall::RelayCall(const CallPlan& plan,
                     CallObserver& observer,
                     CallOutcome& outcome,
                     Dialer& dialer,
                     ScenarioPlayer& player,
                     std::unique_ptr<RelayEnd> far_end,
                     RelaySocket socket)
    : plan_{plan},
      observer_{observer},
      outcome_{outcome},
      dialer_{dialer},
      player_{player},
      socket_{std::move(socket)},
      voice_{std::move(far_end)},
      timer_{socket_->get_executor()},
      errands_{socket_->get_executor(),
               [this](const std::exception_ptr&) { complain("the supervisor was lost"); }}
{
}

awaitable<SessionEnd> RelayCall::run(CallIdentity call,
                                     std::string session_id,
                                     std::string status,
                                     Attributes parameters)
{
    using namespace asio::experimental::awaitable_operators;

    voice_->begin(call, session_id, status, parameters, Clock::now());
    co_await (listen() && act());
    finish_turn();
    errands_.cancel();
    co_await errands_.drained();
    co_return voice_->ended().value_or(SessionEnd{SessionEnd::Status::failed, {}});
}

awaitable<void> RelayCall::listen()
{
    beast::flat_buffer buffer;
    for (;;) {
        auto [ec, size] = co_await socket_->async_read(buffer, as_result);
        const TimePoint now = Clock::now();
        if (ec) {
            if (ec == websocket::error::closed)
                voice_->application_closed(static_cast<std::uint16_t>(socket_->reason().code));
            if (!voice_->ended() && ec == websocket::error::closed)
                complain("the server closed the socket with " +
                         std::to_string(socket_->reason().code));
            else if (!voice_->ended())
                complain("the connection was lost: " + ec.message());
            voice_->lose_connection(now);
            connection_over_ = true;
            timer_.cancel();
            co_return;
        }
        const std::string frame = beast::buffers_to_string(buffer.data());
        buffer.consume(buffer.size());
        hear_application(frame, now);
        voice_->receive(frame, now);
        timer_.cancel();
    }
}

awaitable<void> RelayCall::act()
{
    while (!connection_over_) {
        for (auto& happening : voice_->due(Clock::now())) {
            player_.notice(happening);
            if (!co_await carry_out(std::move(happening))) co_return;
        }
        // No older moment may be used below: listen() may have gone on while we wrote.
        const TimePoint now = Clock::now();
        press_next_key(now);
        while (const auto act = player_.next_act(now)) perform(*act, now);
        if (connection_over_) break;

        TimePoint due = TimePoint::max();
        for (const auto candidate : {voice_->next_due(), player_.next_due()})
            due = std::min(due, candidate.value_or(TimePoint::max()));
        if (!keys_.empty()) due = std::min(due, next_key_);
        timer_.expires_at(due);
        co_await timer_.async_wait(as_result);
    }
    for (auto& happening : voice_->due(Clock::now())) {
        if (!std::holds_alternative<SendFrame>(happening.what))
            co_await carry_out(std::move(happening));
    }
}

/// False when nothing can be sent any more.
awaitable<bool> RelayCall::carry_out(Happening happening)
{
    if (const auto* frame = std::get_if<SendFrame>(&happening.what)) {
        auto [ec, size] = co_await socket_->async_write(asio::buffer(frame->json), as_result);
        if (ec) co_return false;  // listen() says why
        if (frame->ends_turn) begin_turn(Clock::now());
    } else if (const auto* close = std::get_if<CloseSocket>(&happening.what)) {
        const websocket::close_reason reason{static_cast<websocket::close_code>(close->code),
                                             close->reason};
        co_await socket_->async_close(reason, as_result);
        co_return false;
    } else if (const auto* said = std::get_if<AgentSaid>(&happening.what)) {
        outcome_.agent_said += said->text;
        observer_.agent_says(said->text, said->cut);
    } else if (const auto* pressed = std::get_if<AgentPressed>(&happening.what)) {
        outcome_.agent_pressed.push_back(pressed->digits);
        observer_.agent_presses(pressed->digits);
        finish_turn();
    } else if (std::holds_alternative<AgentBegan>(happening.what)) {
        if (turn_began_ && turn_.first_frame_ms) {
            turn_.agent_speaking_ms = milliseconds(happening.at - *turn_began_);
            finish_turn();
        }
    } else if (std::holds_alternative<AgentStopped>(happening.what)) {
        outcome_.agent_said += '\n';
        observer_.agent_falls_silent();
    } else if (const auto* words = std::get_if<CallerSaid>(&happening.what)) {
        observer_.caller_says(words->text);
    } else if (std::holds_alternative<CallerInterrupted>(happening.what)) {
        ++outcome_.interruptions;
        observer_.interrupted();
    }
    co_return true;
}

void RelayCall::perform(const CallerAct& act, TimePoint now)
{
    if (const auto* line = std::get_if<Say>(&act)) {
        voice_->speak(line->text, now);
    } else if (const auto* keys = std::get_if<PressKeys>(&act)) {
        observer_.caller_presses(keys->keys);
        keys_ += keys->keys;
        next_key_ = now;
        press_next_key(now);
    } else if (const auto* answer = std::get_if<SuperviseAnswer>(&act)) {
        errands_.spawn(supervise(std::string{answer->response}));
    } else {
        voice_->hang_up(now);
    }
}

void RelayCall::press_next_key(TimePoint now)
{
    if (keys_.empty() || next_key_ > now) return;
    voice_->press(keys_.front(), now);
    keys_.erase(0, 1);
    next_key_ = now + std::chrono::duration_cast<Duration>(between_keys /
                                                           (plan_.speed > 0 ? plan_.speed : 1));
}

awaitable<void> RelayCall::supervise(std::string response)
{
    std::string body = R"({"callSid":)";
    append_json_string(body, outcome_.call_sid);
    body += R"(,"response":)";
    append_json_string(body, response);
    body += '}';
    Dialer::Headers headers;
    if (!plan_.supervisor_token.empty())
        headers.emplace_back("Authorization", "Bearer " + plan_.supervisor_token);

    for (int attempt = 1;; ++attempt) {
        const auto answer =
            co_await dialer_.post("/override/clarification", "application/json", body, headers);
        if (answer && answer->status == 200) {
            observer_.supervisor_answers(response);
            co_return;
        }
        if (attempt == most_answers || !answer || answer->status != 400) {
            complain("the supervisor's answer was refused: " +
                     (answer ? std::to_string(answer->status) : answer.error().detail));
            co_return;
        }
        async::Timer pause{socket_->get_executor(), between_answers};
        if (auto [ec] = co_await pause.async_wait(as_result); ec) co_return;
    }
}

void RelayCall::hear_application(std::string_view frame, TimePoint now)
{
    if (!turn_began_ || turn_.first_frame_ms) return;
    if (voice_->is_answer(frame)) turn_.first_frame_ms = milliseconds(now - *turn_began_);
}

void RelayCall::begin_turn(TimePoint now)
{
    finish_turn();
    turn_began_ = now;
    turn_ = {};
}

void RelayCall::finish_turn()
{
    if (turn_began_ && turn_.first_frame_ms) {
        outcome_.turns.push_back(turn_);
        observer_.turn(turn_);
    }
    turn_began_.reset();
}

void RelayCall::complain(std::string what)
{
    observer_.problem(what);
    outcome_.errors.push_back(std::move(what));
}

}  // namespace phony::simulator
