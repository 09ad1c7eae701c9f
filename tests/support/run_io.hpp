#pragma once

#include <phony/async/awaitable.hpp>

#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <exception>

#include <gtest/gtest.h>

#include <utility>

namespace phony::test {

/// Runs a test's coroutine to its end on `io`, and then until nothing is left to do there. A test
/// that leaves work behind (a coroutine that waits, a timer that is armed) fails, and so does one
/// that hangs.
inline void run_io(async::asio::io_context& io,
                   async::awaitable<void> body,
                   std::chrono::seconds limit = std::chrono::seconds{20})
{
    std::exception_ptr failure;
    bool finished = false;
    co_spawn(io, std::move(body), [&](std::exception_ptr thrown) {
        failure = std::move(thrown);
        finished = true;
    });
    io.restart();
    io.run_for(limit);
    EXPECT_TRUE(finished) << "the test hangs";
    EXPECT_TRUE(io.stopped()) << "the io_context still has work when the test is over";
    io.stop();
    if (failure) std::rethrow_exception(failure);
}

/// Lets everything that is ready run once.
inline async::awaitable<void> yield()
{
    co_await post(co_await async::asio::this_coro::executor, async::use_awaitable);
}

}  // namespace phony::test
