#include "server/listen_session.hpp"

#include <phony/async/together.hpp>
#include <phony/base/base64.hpp>
#include <phony/base/json_members.hpp>

#include <chrono>
#include <cstdint>
#include <utility>

namespace phony::server {
namespace {

using async::as_result;
using async::awaitable;
using Clock = std::chrono::steady_clock;

constexpr Duration frame_time = std::chrono::milliseconds{100};

}  // namespace

ListenSession::ListenSession(Core& core, WebSocket socket, std::string call_sid, Tracks tracks)
    : socket_{std::move(socket)},
      wanted_{tracks},
      began_{Clock::now()},
      tracks_{began_},
      listener_{core.services.audio, core.executor, std::move(call_sid)},
      timer_{core.executor}
{
}

awaitable<void> ListenSession::run()
{
    co_await async::together(await_end(), gather(), tell());
}

/// Nothing that a listener says means anything, but that it is there.
awaitable<void> ListenSession::await_end()
{
    while (co_await socket_.read()) {}
    finish(CloseCode::normal, {});
}

awaitable<void> ListenSession::gather()
{
    while (!finished_) {
        const auto chunk = co_await listener_.receive();
        if (!chunk) {
            finish(CloseCode::policy, "too slow");
        } else if (*chunk == nullptr) {
            finish(CloseCode::normal, "the call has ended");
        } else {
            (*chunk)->enter(tracks_);
        }
    }
}

awaitable<void> ListenSession::tell()
{
    for (TimePoint next = began_ + frame_time; !finished_; next += frame_time) {
        timer_.expires_at(next);
        co_await timer_.async_wait(as_result);
        if (finished_ || !co_await tell_what_was_heard()) break;
    }
    if (!why_.empty()) co_await socket_.close(code_, why_);
    listener_.close();
}

awaitable<bool> ListenSession::tell_what_was_heard()
{
    const TimePoint now = Clock::now();
    const auto [caller, agent] = tracks_.take(now);
    const Duration at = now - began_;
    if (wanted_ == Tracks::mixed) co_return co_await write("mixed", speech::mix(caller, agent), at);
    co_return co_await write("caller", caller, at) && co_await write("agent", agent, at);
}

awaitable<bool> ListenSession::write(std::string_view track, std::string_view mu_law, Duration at)
{
    frame_ = R"({"event":"media","media":{)";
    JsonMembers members{frame_};
    members.add("track", track);
    members.begin("chunk");
    frame_ += '"';
    append_base64(frame_, mu_law);
    frame_ += '"';
    members.add("timestamp",
                static_cast<std::uint64_t>(
                    std::chrono::duration_cast<std::chrono::milliseconds>(at).count()));
    frame_ += "}}";
    co_return !co_await socket_.write(frame_);
}

void ListenSession::finish(CloseCode code, std::string_view why)
{
    if (finished_) return;
    finished_ = true;
    code_ = code;
    why_ = why;
    timer_.cancel();
    listener_.close();
}

}  // namespace phony::server
