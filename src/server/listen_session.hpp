#pragma once

#include "hub/audio_feed.hpp"
#include "server/services.hpp"
#include "server/web_socket.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/speech/two_tracks.hpp>

#include <string>
#include <string_view>

namespace phony::server {

/// One supervisor who listens to a call on `/listen/ws`: what the caller says and what the agent
/// says, as `media` frames of 100 ms that run with the clock.
///
///     > {"event":"media","media":{"track":"caller","chunk":"//9+fg…","timestamp":1700}}
///     > {"event":"media","media":{"track":"mixed","chunk":"//9+fg…","timestamp":1700}}
///
/// `timestamp` is in milliseconds since the listening began. A local variable of the coroutine that
/// runs it; everything happens on its core's thread.
class ListenSession {
public:
    enum class Tracks { separate, mixed };

    ListenSession(Core& core, WebSocket socket, std::string call_sid, Tracks tracks);

    /// Until the call has ended or the listener is gone.
    async::awaitable<void> run();

private:
    async::awaitable<void> await_end();
    async::awaitable<void> gather();
    async::awaitable<void> tell();
    async::awaitable<bool> tell_what_was_heard();
    async::awaitable<bool> write(std::string_view track, std::string_view mu_law, Duration at);
    void finish(CloseCode code, std::string_view why);

    WebSocket socket_;
    Tracks wanted_;
    TimePoint began_;
    speech::TwoTracks tracks_;
    hub::AudioFeed::Listener listener_;
    async::Timer timer_;
    std::string frame_;
    bool finished_ = false;
    CloseCode code_ = CloseCode::normal;
    std::string_view why_;
};

}  // namespace phony::server
