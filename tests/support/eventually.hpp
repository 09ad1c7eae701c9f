#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <concepts>

namespace phony::test {

/// Long enough that only what will never happen is given up, sanitizers and a busy machine
/// included.
inline constexpr Duration patience = std::chrono::seconds{15};

/// So many times as long as in a release may take what must not be given up: a sanitizer's build is
/// slow, and then busy, too.
#ifdef NDEBUG
inline constexpr int slowness = 1;
#else
inline constexpr int slowness = 4;
#endif

/// A call whose answers take no longer has not felt what happened to another, as far as a busy
/// machine can tell.
inline constexpr double unnoticed_ms = 1000 * slowness;

/// Waits until something becomes true that other threads or the other end of a socket bring about;
/// false when it does not:
///
///     EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 0; }));
async::awaitable<bool> eventually(std::predicate auto is_true, Duration limit = patience)
{
    async::Timer pause{co_await async::asio::this_coro::executor};
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!is_true()) {
        if (std::chrono::steady_clock::now() > deadline) co_return false;
        pause.expires_after(std::chrono::milliseconds{2});
        co_await pause.async_wait(async::as_result);
    }
    co_return true;
}

}  // namespace phony::test
