#pragma once

#include <phony/async/awaitable.hpp>

#include <boost/asio/experimental/channel.hpp>
#include <boost/system/system_error.hpp>

namespace phony::async {

/// Where coroutines of one thread wait for each other. As with any condition variable, whoever
/// wakes looks again whether what it waited for is true:
///
///     while (items.empty()) co_await not_empty.wait();
///
/// It is a channel without a buffer, because that is the one primitive of Asio that wakes a waiter
/// through a plain post. (A timer set to the end of time, the usual choice, reprograms the kernel's
/// timer whenever it is the earliest.)
class Condition {
public:
    explicit Condition(const Executor& executor) : waiters_{executor, 0} {}

    /// Throws operation_aborted when cancelled, or when the condition is destroyed.
    awaitable<void> wait()
    {
        if (!co_await woken()) throw boost::system::system_error{asio::error::operation_aborted};
    }

    /// As wait(), but false then: for a branch of `||` that is cancelled in the course of things.
    /// An exception on its way through the branches costs as much as five tokens of a reply.
    awaitable<bool> woken()
    {
        auto [ec] = co_await waiters_.async_receive(as_result);
        co_return !ec;
    }

    /// The longest-waiting coroutine goes on, through the event loop and never inside this call.
    /// False when nobody waits.
    bool notify_one() { return waiters_.try_send(error_code{}); }

    void notify_all()
    {
        while (notify_one()) {}
    }

private:
    asio::experimental::channel<Executor, void(error_code)> waiters_;
};

}  // namespace phony::async
