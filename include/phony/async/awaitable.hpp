#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>

namespace phony::async {

namespace asio = boost::asio;
using boost::system::error_code;

/// Every I/O object and coroutine runs on an io_context of one thread. The executor's type says so:
/// `any_io_executor` would cost a virtual call and a reference count wherever it is copied.
using Executor = asio::io_context::executor_type;

template <typename T>
using awaitable = asio::awaitable<T, Executor>;

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>,
                                         Executor>;

inline constexpr asio::use_awaitable_t<Executor> use_awaitable{};

/// The token of every I/O call: expected errors come back as values. (Deferred, the operation is
/// awaited by the coroutine itself; with `use_awaitable` each would have a frame of its own.)
///
///     auto [ec, size] = co_await stream.async_read_some(buffer, as_result);
inline constexpr auto as_result = asio::as_tuple(asio::deferred);

}  // namespace phony::async
