#pragma once

#include <phony/async/awaitable.hpp>

#include <boost/asio/experimental/basic_channel.hpp>
#include <boost/asio/experimental/channel_traits.hpp>
#include <boost/system/system_error.hpp>

#include <list>

namespace phony::async {

/// A channel that has no buffer needs no memory for one; Asio's own traits take half a kilobyte.
struct Unbuffered : asio::experimental::channel_traits<void(error_code)> {
    template <typename...>
    struct rebind {  // NOLINT(readability-identifier-naming): Asio asks for these names
        using other = Unbuffered;
    };
    template <typename Element>
    struct container {  // NOLINT(readability-identifier-naming)
        using type = std::list<Element>;
    };
};

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
        auto [ec] = co_await waiters_.async_receive(as_result);
        if (ec) throw boost::system::system_error{asio::error::operation_aborted};
    }

    /// The longest-waiting coroutine goes on, through the event loop and never inside this call.
    /// False when nobody waits.
    bool notify_one() { return waiters_.try_send(error_code{}); }

    void notify_all()
    {
        while (notify_one()) {}
    }

private:
    asio::experimental::basic_channel<Executor, Unbuffered, void(error_code)> waiters_;
};

}  // namespace phony::async
