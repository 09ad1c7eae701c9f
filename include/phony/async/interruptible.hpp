#pragma once

#include <phony/async/awaitable.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <utility>

namespace phony::async {

/// Runs one coroutine at a time, which others on its thread may interrupt: what it awaits is
/// cancelled, as is whatever it awaits from then on.
///
///     while (auto turn = co_await turns.take()) co_await thinking.run(stream(*turn));
///     …
///     turns.put(newer);
///     thinking.interrupt();
///
/// It is what `stream(*turn) || turns.changed()` would be, at a fifth of the cost, but for one
/// thing: cancelling the coroutine that awaits run() does not reach what runs. Whoever ends it
/// interrupts.
class Interruptible {
public:
    explicit Interruptible(const Executor& executor) : executor_{executor} {}

    /// Exceptions of the coroutine pass through.
    awaitable<void> run(awaitable<void> coroutine)
    {
        co_await asio::co_spawn(executor_,
                                to_its_end(std::move(coroutine)),
                                asio::bind_cancellation_slot(interruption_.slot(), use_awaitable));
    }

    /// Nothing when nothing runs.
    void interrupt() { interruption_.emit(asio::cancellation_type::terminal); }

private:
    static awaitable<void> to_its_end(awaitable<void> coroutine)
    {
        std::exception_ptr failure;
        try {
            co_await std::move(coroutine);
        } catch (...) {
            failure = std::current_exception();
        }
        // Of a coroutine that has not waited for anything yet, co_spawn posts the end; interrupted
        // from within, that wait would throw as well, past everyone.
        co_await asio::this_coro::throw_if_cancelled(false);
        if (failure) std::rethrow_exception(failure);
    }

    Executor executor_;
    asio::cancellation_signal interruption_;
};

}  // namespace phony::async
