#include <phony/async/with_deadline.hpp>

#include "support/run_io.hpp"
#include <phony/async/condition.hpp>
#include <phony/base/result.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace phony::async {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using test::run_io;

awaitable<Result<int>> seven()
{
    co_return 7;
}
awaitable<Result<int>> refused()
{
    co_return errc::not_found;
}
awaitable<int> broken()
{
    throw std::runtime_error{"a bug"};
    co_return 0;
}

struct WithDeadline : testing::Test {
    asio::io_context io;
    Condition never{io.get_executor()};
};

TEST_F(WithDeadline, passes_on_the_value_of_an_operation_that_is_in_time)
{
    auto script = [&]() -> awaitable<void> {
        auto value = co_await with_deadline(seven(), 10s);
        EXPECT_EQ(**value, 7);
        auto error = co_await with_deadline(refused(), 10s);
        EXPECT_EQ(error->error().code, errc::not_found);
        EXPECT_TRUE(co_await with_deadline(test::yield(), 10s));
    };
    run_io(io, script());
}

TEST_F(WithDeadline, cancels_an_operation_that_is_late)
{
    auto script = [&]() -> awaitable<void> {
        EXPECT_FALSE(co_await with_deadline(never.wait(), 1ms));
        EXPECT_FALSE(never.notify_one());  // nobody waits any more
    };
    run_io(io, script());
}

TEST_F(WithDeadline, passes_on_exceptions)
{
    auto script = [&]() -> awaitable<void> {
        EXPECT_THROW(co_await with_deadline(broken(), 10s), std::runtime_error);
    };
    run_io(io, script());
}

TEST_F(WithDeadline, can_itself_be_cancelled)
{
    auto script = [&]() -> awaitable<void> {
        auto bounded = [&]() -> awaitable<void> { co_await with_deadline(never.wait(), 10min); };
        auto winner = co_await (bounded() || test::yield());
        EXPECT_EQ(winner.index(), 1u);
    };
    run_io(io, script());
}

}  // namespace
}  // namespace phony::async
