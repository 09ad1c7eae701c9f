#include <phony/async/worker_thread.hpp>

#include "support/run_io.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace phony::async {
namespace {

awaitable<std::thread::id> where()
{
    co_return std::this_thread::get_id();
}

awaitable<int> fails()
{
    throw std::runtime_error{"no"};
    co_return 0;
}

TEST(WorkerThread, works_elsewhere_and_goes_on_here)
{
    asio::io_context io;
    WorkerThread worker;
    const auto here = std::this_thread::get_id();
    test::run_io(io, [&]() -> awaitable<void> {
        const auto first = co_await worker.run(where());
        EXPECT_NE(first, here);
        EXPECT_EQ(std::this_thread::get_id(), here);
        EXPECT_EQ(co_await worker.run(where()), first);
    }());
}

TEST(WorkerThread, passes_on_what_was_thrown)
{
    asio::io_context io;
    WorkerThread worker;
    test::run_io(io, [&]() -> awaitable<void> {
        EXPECT_THROW(co_await worker.run(fails()), std::runtime_error);
    }());
}

TEST(WorkerThread, ends_without_work)
{
    const WorkerThread worker;
}

}  // namespace
}  // namespace phony::async
