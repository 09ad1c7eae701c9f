#include <phony/async/interruptible.hpp>

#include "support/run_io.hpp"
#include <phony/async/condition.hpp>
#include <phony/async/latest.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace phony::async {
namespace {

using namespace asio::experimental::awaitable_operators;
using test::run_io;
using test::yield;

struct InterruptibleTest : testing::Test {
    asio::io_context io;
    Interruptible work{io.get_executor()};
    Condition never{io.get_executor()};
    std::vector<std::string> log;

    awaitable<void> wait_for_ever(std::string name)
    {
        log.push_back("start " + name);
        try {
            co_await never.wait();
        } catch (const boost::system::system_error&) {
            log.push_back("cut " + name);
        }
    }
};

TEST_F(InterruptibleTest, interrupts_what_the_coroutine_awaits)
{
    auto script = [&]() -> awaitable<void> {
        co_await (work.run(wait_for_ever("a")) && [&]() -> awaitable<void> {
            co_await yield();
            work.interrupt();
        }());
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"start a", "cut a"}));
}

TEST_F(InterruptibleTest, an_interruption_from_within_meets_the_next_await)
{
    auto interrupt_itself = [&]() -> awaitable<void> {
        work.interrupt();
        log.emplace_back("goes on");
        co_await wait_for_ever("a");
    };
    auto script = [&]() -> awaitable<void> {
        try {
            co_await work.run(interrupt_itself());
        } catch (const boost::system::system_error& error) {
            EXPECT_EQ(error.code(), asio::error::operation_aborted);
            log.emplace_back("cut");
        }
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"goes on", "cut"}));
}

TEST_F(InterruptibleTest, a_coroutine_that_never_waits_may_interrupt_itself)
{
    auto script = [&]() -> awaitable<void> {
        co_await work.run([&]() -> awaitable<void> {
            work.interrupt();
            log.emplace_back("a");
            co_return;
        }());
        log.emplace_back("b");
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"a", "b"}));
}

TEST_F(InterruptibleTest, an_interruption_of_nothing_does_not_meet_what_runs_next)
{
    auto script = [&]() -> awaitable<void> {
        work.interrupt();
        co_await work.run([&]() -> awaitable<void> {
            co_await yield();
            log.emplace_back("a");
        }());
        work.interrupt();
        co_await work.run([&]() -> awaitable<void> {
            co_await yield();
            log.emplace_back("b");
        }());
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"a", "b"}));
}

TEST_F(InterruptibleTest, passes_exceptions_on)
{
    auto fail = []() -> awaitable<void> {
        co_await yield();
        throw std::runtime_error{"no"};
    };
    auto script = [&]() -> awaitable<void> {
        try {
            co_await work.run(fail());
        } catch (const std::runtime_error& error) {
            log.emplace_back(error.what());
        }
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"no"}));
}

// The shape of a call's think loop.
TEST_F(InterruptibleTest, a_newer_value_interrupts_the_work_on_an_older_one)
{
    Latest<int> turns{io.get_executor()};
    auto stream = [&](int turn) -> awaitable<void> {
        if (turn != 2) co_await wait_for_ever(std::to_string(turn));
    };
    auto think = [&]() -> awaitable<void> {
        while (auto turn = co_await turns.take()) co_await work.run(stream(*turn));
        log.emplace_back("end");
    };
    auto script = [&]() -> awaitable<void> {
        co_await (think() && [&]() -> awaitable<void> {
            for (const int turn : {1, 2, 3}) {
                turns.put(turn);
                work.interrupt();
                for (int i = 0; i < 10; ++i) co_await yield();
            }
            turns.finish();
            work.interrupt();
        }());
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"start 1", "cut 1", "start 3", "cut 3", "end"}));
}

}  // namespace
}  // namespace phony::async
