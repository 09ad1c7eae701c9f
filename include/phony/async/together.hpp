#pragma once

#include <phony/async/awaitable.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <tuple>
#include <utility>

namespace phony::async {

/// Runs coroutines side by side, on one thread, until all have ended. The first that throws has the
/// others cancelled, and what it threw is passed on when they have ended, too.
///
///     co_await together(listen(), speak(), tick());
///
/// `listen() && speak() && tick()` would do the same, with a group, and memory, for each `&&`.
template <typename... Coroutines>
awaitable<void> together(Coroutines... coroutines)
{
    using asio::experimental::make_parallel_group;
    using asio::experimental::wait_for_one_error;

    const auto executor = co_await asio::this_coro::executor;
    const auto ended = co_await make_parallel_group(
                           asio::co_spawn(executor, std::move(coroutines), asio::deferred)...)
                           .async_wait(wait_for_one_error(), asio::deferred);
    const auto failure = std::apply(
        [](const std::array<std::size_t, sizeof...(Coroutines)>& order, const auto&... failures) {
            const std::array<std::exception_ptr, sizeof...(Coroutines)> all{failures...};
            for (const std::size_t each : order)
                if (all.at(each)) return all.at(each);
            return std::exception_ptr{};
        },
        ended);
    if (failure) std::rethrow_exception(failure);
}

}  // namespace phony::async
