#pragma once

#include <phony/async/mailbox.hpp>
#include <phony/base/guarded.hpp>
#include <phony/speech/two_tracks.hpp>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::hub {

/// What was heard, or will be, of a call; empty: what was not played yet will not be.
struct AudioChunk {
    speech::Track track = speech::Track::caller;
    std::string mu_law;

    void enter(speech::TwoTracks& tracks) const
    {
        if (mu_law.empty()) {
            tracks.drop(track);
        } else {
            tracks.add(track, mu_law);
        }
    }
};

/// The audio of calls on its way to whoever listens, on whatever core: nothing is kept, and a call
/// to which nobody listens pays for one look at a number. A listener that does not keep up is let
/// go; a call never waits for one.
class AudioFeed {
public:
    using Chunk = std::shared_ptr<const AudioChunk>;

    /// Listens until it is destroyed, or the call ends. For the thread of `owner`.
    class Listener {
    public:
        Listener(AudioFeed& feed, const async::Executor& owner, std::string call_sid);
        ~Listener();
        Listener(const Listener&) = delete;
        Listener& operator=(const Listener&) = delete;

        /// Null: the call has ended. Nothing: we were too slow, or close() was called.
        async::awaitable<std::optional<Chunk>> receive();
        /// receive() then comes to its end.
        void close() { mailbox_.close(); }

    private:
        friend class AudioFeed;
        void offer(Chunk chunk);

        AudioFeed& feed_;
        std::string call_sid_;
        async::Mailbox<Chunk> mailbox_;
        std::atomic<bool> too_slow_ = false;
    };

    /// Any thread.
    void publish(std::string_view call_sid, speech::Track track, std::string_view mu_law);
    /// The call is over.
    void end(std::string_view call_sid);
    std::size_t listeners() const { return count_; }

private:
    using Listeners = std::map<std::string, std::vector<Listener*>, std::less<>>;

    Guarded<Listeners> listeners_;
    std::atomic<std::size_t> count_ = 0;
};

}  // namespace phony::hub
