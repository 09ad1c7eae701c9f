#include "server/recording.hpp"

#include "log/log.hpp"
#include <phony/async/together.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>

namespace phony::server {
namespace {

using async::as_result;
using async::awaitable;
using Clock = std::chrono::steady_clock;

constexpr Duration write_every = std::chrono::seconds{1};

/// "2026-11-23T024335.195Z-CA123.wav"
std::string file_name(const std::string& call_sid)
{
    std::string name = to_iso8601(std::chrono::system_clock::now());
    std::erase(name, ':');
    return name + "-" + call_sid + ".wav";
}

/// On the worker thread. `before` bytes of audio are in the file already.
awaitable<bool> append(std::string path, std::size_t before, std::string audio)
{
    const auto mode = std::ios::binary | std::ios::out |
                      (before == 0 ? std::ios::trunc : std::ios::in);
    std::fstream file{path, mode};
    const std::string head = speech::wav_head(before + audio.size());
    file.write(head.data(), static_cast<std::streamsize>(head.size()));
    file.seekp(static_cast<std::streamoff>(head.size() + before));
    file.write(audio.data(), static_cast<std::streamsize>(audio.size()));
    file.close();
    co_return !file.fail();
}

}  // namespace

Recording::Recording(Core& core, std::string call_sid)
    : core_{core},
      call_sid_{std::move(call_sid)},
      path_{core.services.recordings_directory + "/" + file_name(call_sid_)},
      tracks_{Clock::now()},
      listener_{core.services.audio, core.executor, call_sid_},
      timer_{core.executor}
{
}

awaitable<void> Recording::run()
{
    co_await async::together(gather(), write());
}

void Recording::finish()
{
    finished_ = true;
    timer_.cancel();
    listener_.close();
}

awaitable<void> Recording::gather()
{
    while (const auto chunk = co_await listener_.receive()) {
        if (*chunk == nullptr) break;
        (*chunk)->enter(tracks_);
    }
}

awaitable<void> Recording::write()
{
    while (!finished_) {
        timer_.expires_after(write_every);
        co_await timer_.async_wait(as_result);
        if (!co_await write_rest()) {
            log::warn("a recording was given up", {{"callSid", call_sid_}, {"file", path_}});
            listener_.close();
            co_return;
        }
    }
}

awaitable<bool> Recording::write_rest()
{
    const auto [caller, agent] = tracks_.take(Clock::now());
    std::string audio = speech::interleave(caller, agent);
    if (audio.empty()) co_return true;
    const std::size_t size = audio.size();
    const bool done = co_await core_.services.worker.run(append(path_, written_, std::move(audio)));
    written_ += size;
    co_return done;
}

}  // namespace phony::server
