#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace phony::async {

namespace detail {

/// `co_spawn` needs results that can be default-constructed; a Result cannot.
template <typename T>
awaitable<std::optional<T>> as_optional(awaitable<T> operation)
{
    co_return co_await std::move(operation);
}

inline awaitable<std::optional<std::monostate>> as_optional(awaitable<void> operation)
{
    co_await std::move(operation);
    co_return std::monostate{};
}

}  // namespace detail

/// Runs a one-shot operation for at most `limit`, then cancels it and answers nullopt. Exceptions
/// of the operation pass through (which `||` would swallow).
///
///     auto connected = co_await with_deadline(connect(endpoint), 2s);
///     if (!connected) co_return Error{errc::openai_error, "connecting took too long"};
///
/// An operation without a value answers `optional<monostate>`. It costs about 4 µs: for connecting,
/// handshakes and the like, not for every token. Do not race the read of a WebSocket against it:
/// once cancelled, such a stream cannot even send a farewell.
template <typename T>
auto with_deadline(awaitable<T> operation, Duration limit)
    -> decltype(detail::as_optional(std::move(operation)))
{
    using asio::experimental::make_parallel_group;
    using asio::experimental::wait_for_one;

    const auto executor = co_await asio::this_coro::executor;
    Timer timer{executor, limit};
    auto [order, failure, value, timer_ec] =
        co_await make_parallel_group(
            co_spawn(executor, detail::as_optional(std::move(operation)), asio::deferred),
            timer.async_wait(asio::deferred))
            .async_wait(wait_for_one(), use_awaitable);

    // Whatever a late operation answers, even that it was cancelled, is not wanted any more.
    const bool timed_out = order[0] == 1 && !timer_ec;
    if (timed_out) co_return std::nullopt;
    if (failure) std::rethrow_exception(failure);
    co_return std::move(value);
}

}  // namespace phony::async
