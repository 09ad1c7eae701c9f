#pragma once

#include "hub/event_ring.hpp"
#include <phony/async/condition.hpp>
#include <phony/base/guarded.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace phony::hub {

/// The live events that one viewer has still to be sent. Any core offers, without ever waiting; the
/// viewer takes, on its own thread. A viewer that lets too much pile up is given up.
class ViewerQueue {
public:
    struct Bounds {
        std::size_t events = 4096;
        std::size_t bytes = std::size_t{4} * 1024 * 1024;
    };

    enum class State {
        open,
        ended,     ///< nothing more will come: the call is over
        too_slow,  ///< the viewer was given up, and with it what was queued
        shutting_down,
    };

    /// `tokens`: whether it wants every `assistant_token`. `everywhere`: it watches all calls, and
    /// the end of one does not end it.
    ViewerQueue(const async::Executor& owner, Bounds bounds, bool tokens, bool everywhere);

    bool everywhere() const { return everywhere_; }
    bool wants_tokens() const { return tokens_; }

    // ── any thread ──

    enum class Offered { queued, first, refused };

    /// `first`: the queue was empty, so wake() is due, outside of any lock. `refused`: it is not
    /// open any more; the one that finds it too full needs a wake(), too, and gets `first`. A token
    /// is offered only to those who want it.
    Offered offer(const EventText& text);

    /// Nothing more will come: `ended` or `shutting_down`. A wake() is due.
    void end(State why);

    /// These look again, each on its own thread.
    static void wake(std::span<std::shared_ptr<ViewerQueue>> viewers);

    /// Events that wait.
    std::size_t size() const;

    // ── the viewer's thread ──

    std::optional<EventText> take();
    /// Of a queue that is `ended`, what was offered before can still be taken.
    State state() const;
    /// Until wake().
    async::awaitable<void> changed() { return changed_->wait(); }
    void notify() { changed_->notify_all(); }

private:
    struct Box {
        std::deque<EventText> events;
        std::size_t bytes = 0;
        State state = State::open;
    };

    async::Executor owner_;
    Bounds bounds_;
    bool tokens_;
    bool everywhere_;
    Guarded<Box> box_;
    /// Shared because the viewer may be gone when a wake-up runs.
    std::shared_ptr<async::Condition> changed_;
};

}  // namespace phony::hub
