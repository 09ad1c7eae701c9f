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

// The shape of a call's think loop.
TEST_F(LatestTest, interrupts_work_on_a_value_when_a_newer_one_arrives)
{
    std::vector<std::string> log;
    Condition never{io.get_executor()};
    auto work = [&](int turn) -> awaitable<void> {
        log.push_back("start " + std::to_string(turn));
        if (turn == 2) co_return;
        try {
            co_await never.wait();
        } catch (const boost::system::system_error&) {
            log.push_back("cut " + std::to_string(turn));
        }
    };
    auto think = [&]() -> awaitable<void> {
        while (auto turn = co_await turns.take()) co_await (work(*turn) || turns.changed());
        log.push_back("end");
    };
    auto script = [&]() -> awaitable<void> {
        co_await (think() && [&]() -> awaitable<void> {
            for (int turn : {1, 2, 3}) {
                turns.put(turn);
                for (int i = 0; i < 10; ++i) co_await yield();
            }
            turns.finish();
        }());
    };
    run_io(io, script());
    EXPECT_EQ(log,
              (std::vector<std::string>{"start 1", "cut 1", "start 2", "start 3", "cut 3", "end"}));
}

}  // namespace
}  // namespace phony::async
