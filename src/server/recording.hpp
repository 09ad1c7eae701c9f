#pragma once

#include "hub/audio_feed.hpp"
#include "server/services.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/speech/two_tracks.hpp>

#include <string>

namespace phony::server {

/// One call as a WAV file, µ-law in two channels: the caller left, the agent right. It listens like
/// a supervisor, and writes once a second, on the worker thread; the file can be played at any
/// moment. When the disk refuses, the recording ends, and the call goes on.
class Recording {
public:
    Recording(Core& core, std::string call_sid);

    /// Until finish(); the rest is then written.
    async::awaitable<void> run();
    void finish();

private:
    async::awaitable<void> gather();
    async::awaitable<void> write();
    async::awaitable<bool> write_rest();

    Core& core_;
    std::string call_sid_;
    std::string path_;
    speech::TwoTracks tracks_;
    hub::AudioFeed::Listener listener_;
    async::Timer timer_;
    std::size_t written_ = 0;  ///< bytes of audio
    bool finished_ = false;
};

}  // namespace phony::server
