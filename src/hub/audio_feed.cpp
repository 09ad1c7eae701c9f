#include "hub/audio_feed.hpp"

#include <algorithm>
#include <utility>

namespace phony::hub {
namespace {

constexpr std::size_t most_waiting = 512;  ///< some five seconds of both directions

}  // namespace

AudioFeed::Listener::Listener(AudioFeed& feed, const async::Executor& owner, std::string call_sid)
    : feed_{feed}, call_sid_{std::move(call_sid)}, mailbox_{owner, most_waiting}
{
    feed_.listeners_.with([this](Listeners& all) { all[call_sid_].push_back(this); });
    ++feed_.count_;
}

AudioFeed::Listener::~Listener()
{
    --feed_.count_;
    feed_.listeners_.with([this](Listeners& all) {
        const auto call = all.find(call_sid_);
        std::erase(call->second, this);
        if (call->second.empty()) all.erase(call);
    });
}

async::awaitable<std::optional<AudioFeed::Chunk>> AudioFeed::Listener::receive()
{
    auto chunk = co_await mailbox_.receive();
    if (too_slow_) co_return std::nullopt;
    co_return chunk;
}

void AudioFeed::Listener::offer(Chunk chunk)
{
    if (mailbox_.try_send(std::move(chunk)) == async::Delivery::full) too_slow_ = true;
}

void AudioFeed::publish(std::string_view call_sid, speech::Track track, std::string_view mu_law)
{
    if (count_ == 0) return;
    listeners_.with([&](Listeners& all) {
        const auto call = all.find(call_sid);
        if (call == all.end()) return;
        const auto chunk =
            std::make_shared<const AudioChunk>(AudioChunk{track, std::string{mu_law}});
        for (Listener* listener : call->second) listener->offer(chunk);
    });
}

void AudioFeed::end(std::string_view call_sid)
{
    listeners_.with([&](Listeners& all) {
        const auto call = all.find(call_sid);
        if (call == all.end()) return;
        for (Listener* listener : call->second) listener->offer(nullptr);
    });
}

}  // namespace phony::hub
