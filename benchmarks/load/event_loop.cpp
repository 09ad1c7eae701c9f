#include "load/event_loop.hpp"

#include "load/clock.hpp"
#include "load/measurement.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>

#include <sys/epoll.h>
#include <sys/prctl.h>

namespace phony::bench {
namespace {

std::atomic<bool> interrupted = false;

[[noreturn]] void fail(const char* what)
{
    throw std::system_error{errno, std::system_category(), what};
}

}  // namespace

void Alarm::set(TimePoint due)
{
    if (due_) {  // the node of the set is used again
        auto node = loop_->alarms_.extract({*due_, this});
        node.value().first = due;
        loop_->alarms_.insert(std::move(node));
    } else {
        loop_->alarms_.emplace(due, this);
    }
    due_ = due;
}

void Alarm::cancel()
{
    if (due_) loop_->alarms_.erase({*due_, this});
    due_.reset();
}

EventLoop::EventLoop() : epoll_{epoll_create1(EPOLL_CLOEXEC)}
{
    if (!epoll_) fail("epoll_create1");
    prctl(PR_SET_TIMERSLACK, 1);  // ns; the kernel's habit is to wake us up to 50 µs late
}

void EventLoop::watch(int descriptor, std::uint32_t events, Watcher& watcher)
{
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

void EventLoop::change(int descriptor, std::uint32_t events, Watcher& watcher)
{
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) != 0) fail("epoll_ctl");
}

void EventLoop::run()
{
    for (stopped_ = false; !stopped_;) {
        ring_what_is_due();
        if (!stopped_) wait_and_tell();
        do_what_was_put_off();
    }
}

void EventLoop::run_until(TimePoint moment)
{
    Alarm end{*this, [this](TimePoint) { stop(); }};
    end.set(moment);
    run();
}

void EventLoop::ring_what_is_due()
{
    // What falls due meanwhile waits for the next round: sockets are never kept waiting.
    const TimePoint present = now();
    while (!alarms_.empty() && alarms_.begin()->first <= present) {
        const auto [due, alarm] = *alarms_.begin();
        alarms_.erase(alarms_.begin());
        alarm->due_.reset();
        alarm->ring_(due);
    }
}

void EventLoop::wait_and_tell()
{
    std::array<epoll_event, 256> events{};
    timespec timeout{};
    if (!alarms_.empty() && afterwards_.empty()) {
        const auto wait = std::max(alarms_.begin()->first - now(), Duration::zero());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
        timeout = {.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
    }
    const bool forever = alarms_.empty() && afterwards_.empty();
    const int count = epoll_pwait2(epoll_.get(),
                                   events.data(),
                                   static_cast<int>(events.size()),
                                   forever ? nullptr : &timeout,
                                   nullptr);
    if (interrupted) throw Interrupted{};
    if (count < 0 && errno != EINTR) fail("epoll_pwait2");
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events.at(static_cast<std::size_t>(i));
        static_cast<Watcher*>(event.data.ptr)->ready(event.events);
    }
}

void EventLoop::do_what_was_put_off()
{
    for (const auto& what : std::exchange(afterwards_, {})) what();
}

void interrupt_on_signals()
{
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = true; };  // no SA_RESTART: epoll shall return
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace phony::bench
