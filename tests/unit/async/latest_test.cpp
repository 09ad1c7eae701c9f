#include <phony/async/latest.hpp>

#include "support/run_io.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::async {
namespace {

using namespace asio::experimental::awaitable_operators;
using test::run_io;
using test::yield;

struct LatestTest : testing::Test {
    asio::io_context io;
    Latest<int> turns{io.get_executor()};
};

TEST_F(LatestTest, gives_the_newest_value_and_forgets_older_ones)
{
    auto script = [&]() -> awaitable<void> {
        turns.put(1);
        turns.put(2);
        EXPECT_EQ(co_await turns.take(), 2);
        turns.put(3);
        EXPECT_EQ(co_await turns.take(), 3);
    };
    run_io(io, script());
}

TEST_F(LatestTest, ends_a_waiting_taker_when_finished)
{
    auto script = [&]() -> awaitable<void> {
        co_await ([&]() -> awaitable<void> { EXPECT_EQ(co_await turns.take(), std::nullopt); }() &&
                               [&]() -> awaitable<void> {
            co_await yield();
            turns.finish();
        }());
        turns.put(4);
        EXPECT_EQ(co_await turns.take(), std::nullopt);
    };
    run_io(io, script());
}

}  // namespace
}  // namespace phony::async
