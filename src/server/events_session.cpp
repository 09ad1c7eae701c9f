#include "server/events_session.hpp"

#include "log/log.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace phony::server {
namespace {

using namespace boost::asio::experimental::awaitable_operators;
using async::as_result;
using async::awaitable;
using Clock = std::chrono::steady_clock;
using State = hub::ViewerQueue::State;

constexpr std::string_view ping_message = R"({"type":"ping"})";

// What the kernel holds for a viewer that does not read: some thousand events, rather than the
// megabytes that it would take by itself.
constexpr int send_buffer = 256 * 1024;

// So much of what waits for a viewer leaves at once.
constexpr std::size_t batch = std::size_t{4} * 1024;

}  // namespace

EventsSession::EventsSession(Core& core,
                             WebSocket socket,
                             std::optional<api::EventSubscription> wanted)
    : core_{core},
      services_{core.services},
      socket_{std::move(socket)},
      wanted_{std::move(wanted)},
      messages_{services_.event_rate},
      timer_{core.executor}
{
}

awaitable<void> EventsSession::run()
{
    if (!wanted_) wanted_ = co_await read_subscription();
    if (!wanted_) co_return;
    socket_.leave_silence_to_us();
    socket_.limit_send_buffer(send_buffer);
    call_sid_ = wanted_->call_sid;
    viewer_ = std::make_unique<hub::EventHub::Viewer>(services_.events, core_.executor, *wanted_);
    co_await (listen() && tell() && beat());
}

// ── the first message ──

awaitable<std::optional<api::EventSubscription>> EventsSession::read_subscription()
{
    timer_.expires_after(services_.limits.first_frame);
    co_return co_await (read_first_message() && give_up_waiting());
}

/// Not a cancelled read: after one a WebSocket cannot even send a farewell.
awaitable<void> EventsSession::give_up_waiting()
{
    auto [cancelled] = co_await timer_.async_wait(as_result);
    if (!cancelled) co_await socket_.close(CloseCode::policy, "no callSid in time");
}

awaitable<std::optional<api::EventSubscription>> EventsSession::read_first_message()
{
    const auto message = co_await socket_.read();
    timer_.cancel();
    if (!message) co_return std::nullopt;
    auto wanted = api::parse_subscription_message(message->text);
    if (!wanted) {
        co_await socket_.close(CloseCode::policy, wanted.error().detail);
        co_return std::nullopt;
    }
    co_return std::move(*wanted);
}

// ── the three loops ──

/// Whatever a viewer says is a sign of life, `{"type":"pong"}` as well as what means nothing to us.
awaitable<void> EventsSession::listen()
{
    while (co_await socket_.read()) {
        if (messages_.take(Clock::now())) continue;
        services_.metrics.rate_limited("event");
        send_away("too_many_messages", "too many messages");
        co_return;  // what it still sends is read, and dropped, while the socket closes
    }
    finish();
}

awaitable<void> EventsSession::tell()
{
    while (!finished_ && !farewell_) {
        if (co_await tell_next()) continue;
        if (socket_.was_cut()) send_away("too_slow", "too slow");  // which it will never read
        co_return finish();
    }
    if (!finished_) co_await socket_.close(farewell_->code, farewell_->reason);
    finish();
}

/// False when the viewer has gone.
awaitable<bool> EventsSession::tell_next()
{
    // Asked before take(): what was published before the end is then found there.
    const auto state = viewer_->state();
    if (state == State::too_slow) {
        send_away("too_slow", "too slow");
    } else if (state == State::shutting_down) {
        part({CloseCode::going_away, "the server is shutting down"});
    } else if (std::exchange(ping_due_, false)) {
        co_return co_await ping();
    } else if (auto text = viewer_->take()) {
        co_return co_await tell_of(std::move(*text));
    } else if (state == State::ended) {
        part({CloseCode::normal, "the call has ended"});
    } else {
        co_await viewer_->changed();
    }
    co_return true;
}

/// Of this event, and with it of those that have come behind it meanwhile.
awaitable<bool> EventsSession::tell_of(hub::EventText text)
{
    co_await core_.viewers.turn();
    for (std::size_t ahead = text->size(); ahead < batch && socket_.takes_ahead();
         ahead += text->size()) {
        auto next = viewer_->take();
        if (!next) break;
        socket_.write_ahead(*text);
        text = std::move(*next);
    }
    co_return !co_await socket_.write(*text);
}

/// As the reference has it, and as WebSocket has it: a library answers the latter by itself.
awaitable<bool> EventsSession::ping()
{
    if (co_await socket_.write(ping_message)) co_return false;
    co_return !co_await socket_.ping();
}

awaitable<void> EventsSession::beat()
{
    const auto& limits = services_.limits;
    auto next_ping = Clock::now() + limits.viewer_ping;
    while (!finished_ && !farewell_) {
        const auto given_up = socket_.last_heard() + limits.viewer_silence;
        timer_.expires_at(std::min(next_ping, given_up));
        co_await timer_.async_wait(as_result);
        const auto now = Clock::now();
        if (finished_ || farewell_) co_return;
        if (now >= socket_.last_heard() + limits.viewer_silence) {
            send_away("silent", "no sign of life");
        } else if (now >= next_ping) {
            next_ping = now + limits.viewer_ping;
            ping_due_ = true;
            viewer_->notify();
        }
    }
}

// ── the end ──

/// A viewer that breaks the rules. `why` is the metric's word.
void EventsSession::send_away(std::string_view why, std::string_view reason)
{
    services_.metrics.viewer_dropped(why);
    log::warn("dropped a viewer", {{"callSid", call_sid_}, {"why", reason}});
    part({CloseCode::policy, reason});
}

/// The farewell is the last that `tell` writes.
void EventsSession::part(Farewell farewell)
{
    if (!farewell_) farewell_ = farewell;
    timer_.cancel();
    viewer_->notify();
}

void EventsSession::finish()
{
    finished_ = true;
    timer_.cancel();
    viewer_->notify();
}

}  // namespace phony::server
