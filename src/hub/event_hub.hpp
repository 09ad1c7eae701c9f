#pragma once

#include "hub/event_ring.hpp"
#include "hub/viewer_queue.hpp"
#include <phony/api/call_state.hpp>
#include <phony/api/event_json.hpp>
#include <phony/api/event_subscription.hpp>
#include <phony/async/awaitable.hpp>
#include <phony/base/guarded.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/call/event.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::hub {

/// Where the events of all calls go: each gets its callSid, its place in the call's order and the
/// time of day by the call's own clock (base/call_clock), and is shown to every watcher and to
/// those who view its call.
///
/// A call keeps its newest events, so that a viewer who joins late, or comes back, misses none; and
/// its state, folded from all of them. It keeps them for some seconds beyond its end. A call that
/// is resumed after its connection broke goes on where it was: its `seq` rises on, and its viewers
/// see the `call_ended` with `connection_lost` followed by another `call_started`. When it is not
/// resumed in time, that was its end.
///
/// Any thread may publish, view and ask. A call takes the lock that is its own alone, for about a
/// microsecond; nobody who holds it waits for anything.
class EventHub {
public:
    using Watcher = std::function<void(const api::EventStamp&, const call::Event&)>;

    /// Everything that is bounded here.
    struct Bounds {
        EventRing::Bounds kept{};      ///< of a call
        ViewerQueue::Bounds queued{};  ///< for a viewer, beyond the past that it began with
        /// How long a call that has ended can still be asked for its last events.
        Duration keep_ended = std::chrono::seconds{30};
        /// A bit longer than a broken call can be resumed; see Calls::hold_time.
        Duration keep_lost = std::chrono::seconds{6};
    };

    using WallClock = std::function<WallTime()>;

    /// `wall_clock` is asked by any thread.
    explicit EventHub(Bounds bounds, WallClock wall_clock = std::chrono::system_clock::now);
    EventHub() : EventHub{Bounds{}} {}
    ~EventHub();

    /// Watchers are added before the first call and called on the call's own thread: they are
    /// thread-safe and quick, because a call never waits. Of tokens, which are many, only those
    /// hear who want them.
    void watch(Watcher watcher) { watchers_.push_back(std::move(watcher)); }
    void watch_with_tokens(Watcher watcher) { token_watchers_.push_back(std::move(watcher)); }

    class Feed;
    class Source;
    class Viewer;

    /// A call as it is now, with its transcript. Also one that is lost, or ended seconds ago; its
    /// phase says so.
    std::optional<api::CallState> state_of(std::string_view call_sid) const;

    /// All that are active, without their transcripts, the oldest first.
    std::vector<api::CallState> active_calls() const;

    /// Active ones that are connected, and in which nothing has happened since.
    std::size_t calls_quiet_since(TimePoint since) const;

    /// The time of day as this call has it; for one that is not known here, as anybody has it.
    WallTime time_of(std::string_view call_sid, TimePoint now) const;

    /// How many there are now, and how many events wait to be sent to them.
    std::size_t viewers() const;
    std::size_t queued_events() const;
    /// The server is shutting down; whoever comes now is told as much.
    void dismiss_viewers();

    /// Called about once a second.
    void forget_expired(TimePoint now);

private:
    using SharedFeed = std::shared_ptr<Guarded<Feed>>;
    struct Board {
        std::map<std::string, SharedFeed, std::less<>> calls;
        std::vector<std::shared_ptr<ViewerQueue>> viewers;
        bool closed = false;

        /// Those who watch all calls.
        std::vector<std::shared_ptr<ViewerQueue>> everywhere() const;

        /// Null when it is not known.
        SharedFeed find(std::string_view call_sid) const;
        /// Of a call that may not have begun yet.
        SharedFeed feed(const std::string& call_sid, EventRing::Bounds bounds);
    };

    SharedFeed begin(const std::string& call_sid, const api::CallState* past);
    std::vector<SharedFeed> feeds() const;

    Bounds bounds_;
    WallClock wall_clock_;
    std::vector<Watcher> watchers_;
    std::vector<Watcher> token_watchers_;
    Guarded<Board> board_;
};

/// One call's events, from `call_started` to `call_ended`; used on its thread, which may change as
/// the call goes over to another session. While it exists, the call is active.
class EventHub::Source {
public:
    /// `past`: of a call that is resumed when it may be forgotten here, as the history knows it;
    /// its events are numbered on. Null: it begins, or is still known.
    Source(EventHub& hub, std::string call_sid, const api::CallState* past = nullptr);
    ~Source();
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    void publish(const call::Event& event);

private:
    EventHub& hub_;
    std::string call_sid_;
    SharedFeed feed_;
    bool ended_ = false;
};

/// Someone who watches one call or all of them, from the moment of its construction: first the past
/// that was asked for, or how it is in each call, then what happens. Used on the thread of its
/// executor.
///
///     EventHub::Viewer viewer{hub, executor, {.call_sid = "CA123", .since = 5}};
///     for (;;) {
///         if (const auto text = viewer.take()) …                     // in the call's order
///         else if (viewer.state() != ViewerQueue::State::open) break;
///         else co_await viewer.changed();
///     }
class EventHub::Viewer {
public:
    Viewer(EventHub& hub, const async::Executor& executor, const api::EventSubscription& wanted);
    ~Viewer();
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    /// The next message, if there is one now.
    std::optional<EventText> take();

    ViewerQueue::State state() const { return queue_->state(); }

    /// Until something may have changed; notify() says so, too.
    async::awaitable<void> changed() { return queue_->changed(); }
    void notify() { queue_->notify(); }

private:
    void meet(Guarded<Feed>& feed);

    EventHub& hub_;
    api::EventSubscription wanted_;
    std::shared_ptr<ViewerQueue> queue_;
    std::deque<SharedFeed> unmet_;   ///< calls that were there before, and are not watched yet
    std::deque<EventText> preface_;  ///< `truncated`, or how it is in a call that was met just now
    EventRing::Past past_;
};

}  // namespace phony::hub
