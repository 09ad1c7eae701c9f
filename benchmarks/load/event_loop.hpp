#pragma once

#include "load/descriptor.hpp"
#include <phony/base/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace phony::bench {

class EventLoop;

/// Wants to know when a descriptor is ready. Closing the descriptor ends that.
class Watcher {
public:
    Watcher() = default;
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher() = default;

    /// `events` of epoll. Must not destroy watchers: they may be among those that are told next.
    /// See EventLoop::afterwards().
    virtual void ready(std::uint32_t events) = 0;
};

/// Wants to be woken at a moment. Leaves the loop when it is destroyed.
class Alarm {
public:
    /// `ring` is called with the moment at which the alarm was due. It may set the alarm again, but
    /// not destroy it.
    Alarm(EventLoop& loop, std::function<void(TimePoint due)> ring)
        : loop_{&loop}, ring_{std::move(ring)}
    {
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;
    ~Alarm() { cancel(); }

    void set(TimePoint due);
    void cancel();

private:
    friend EventLoop;

    EventLoop* loop_;
    std::function<void(TimePoint)> ring_;
    std::optional<TimePoint> due_;
};

/// One thread's epoll and its alarms: what callers and model are made on. Not Asio, because the
/// tool must be cheaper than the floor that it measures: a frame costs it one read and nothing
/// else.
class EventLoop {
public:
    EventLoop();

    /// Until stop() or until something throws, which is passed on. Throws Interrupted on Ctrl-C.
    void run();
    /// Until `moment`, or stop().
    void run_until(TimePoint moment);
    void stop() { stopped_ = true; }

    /// `watcher` is told again and again while the descriptor is readable (EPOLLIN), writable
    /// (EPOLLOUT) or has failed.
    void watch(int descriptor, std::uint32_t events, Watcher& watcher);
    void change(int descriptor, std::uint32_t events, Watcher& watcher);

    /// When all that is ready in this round was told. For what must not be destroyed earlier.
    void afterwards(std::function<void()> what) { afterwards_.push_back(std::move(what)); }

private:
    friend Alarm;

    void ring_what_is_due();
    void wait_and_tell();
    void do_what_was_put_off();

    Descriptor epoll_;
    std::set<std::pair<TimePoint, Alarm*>> alarms_;
    std::vector<std::function<void()>> afterwards_;
    bool stopped_ = false;
};

/// Ctrl-C and SIGTERM end run() by Interrupted from here on.
void interrupt_on_signals();

}  // namespace phony::bench
