#include <phony/async/task_group.hpp>

#include "support/run_io.hpp"
#include <phony/async/condition.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace phony::async {
namespace {

using test::run_io;
using test::yield;

awaitable<void> wait_for(Condition& condition)
{
    co_await condition.wait();
}
awaitable<void> fail(std::string why)
{
    co_await yield();
    throw std::runtime_error{why};
}

struct TaskGroupTest : testing::Test {
    asio::io_context io;
    Condition gate{io.get_executor()};
    std::vector<std::string> exceptions;
    TaskGroup tasks{io.get_executor(), [this](const std::exception_ptr& thrown) {
                        try {
                            std::rethrow_exception(thrown);
                        } catch (const std::exception& exception) {
                            exceptions.emplace_back(exception.what());
                        }
                    }};
};

TEST_F(TaskGroupTest, is_drained_when_its_last_task_ends)
{
    auto script = [&]() -> awaitable<void> {
        tasks.spawn(wait_for(gate));
        tasks.spawn(wait_for(gate));
        EXPECT_EQ(tasks.size(), 2u);
        co_await yield();
        gate.notify_all();
        co_await tasks.drained();
        EXPECT_EQ(tasks.size(), 0u);
        co_await tasks.drained();  // and stays so
    };
    run_io(io, script());
    EXPECT_TRUE(exceptions.empty());
}

TEST_F(TaskGroupTest, survives_the_exception_of_one_task)
{
    auto script = [&]() -> awaitable<void> {
        tasks.spawn(fail("a bug in one call"));
        tasks.spawn(wait_for(gate));
        while (exceptions.empty()) co_await yield();
        EXPECT_EQ(tasks.size(), 1u);
        gate.notify_one();
        co_await tasks.drained();
    };
    run_io(io, script());
    EXPECT_EQ(exceptions, std::vector<std::string>{"a bug in one call"});
}

TEST_F(TaskGroupTest, cancels_tasks_that_wait_and_tasks_that_have_not_begun)
{
    auto script = [&]() -> awaitable<void> {
        tasks.spawn(wait_for(gate));
        co_await yield();
        tasks.spawn(wait_for(gate));
        tasks.cancel();
        co_await tasks.drained();
    };
    run_io(io, script());
    EXPECT_TRUE(exceptions.empty());
}

TEST_F(TaskGroupTest, may_be_destroyed_before_its_tasks)
{
    {
        TaskGroup short_lived{io.get_executor(), [](const std::exception_ptr&) {}};
        short_lived.spawn(wait_for(gate));
        io.poll();
    }
    io.restart();
    io.poll();
    EXPECT_TRUE(io.stopped());
}

}  // namespace
}  // namespace phony::async
