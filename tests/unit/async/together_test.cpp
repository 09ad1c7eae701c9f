#include <phony/async/together.hpp>

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

struct TogetherTest : testing::Test {
    asio::io_context io;
    Condition never{io.get_executor()};
    std::vector<std::string> log;

    awaitable<void> say(std::string word, int later)
    {
        for (int i = 0; i < later; ++i) co_await yield();
        log.push_back(std::move(word));
    }

    awaitable<void> wait_for_ever()
    {
        try {
            co_await never.wait();
        } catch (const boost::system::system_error&) {
            log.emplace_back("cancelled");
            throw;
        }
    }

    static awaitable<void> fail(const char* why)
    {
        co_await yield();
        throw std::runtime_error{why};
    }
};

TEST_F(TogetherTest, ends_when_the_last_one_has)
{
    auto script = [&]() -> awaitable<void> {
        co_await together(say("late", 5), say("early", 1), say("at once", 0));
        log.emplace_back("end");
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"at once", "early", "late", "end"}));
}

TEST_F(TogetherTest, passes_on_the_first_exception_when_the_others_are_cancelled)
{
    auto script = [&]() -> awaitable<void> {
        try {
            co_await together(wait_for_ever(), fail("broken"), wait_for_ever());
        } catch (const std::runtime_error& error) {
            log.emplace_back(error.what());
        }
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"cancelled", "cancelled", "broken"}));
}

TEST_F(TogetherTest, lets_those_who_have_ended_rest)
{
    auto script = [&]() -> awaitable<void> {
        try {
            co_await together(say("done", 0), fail("broken"));
        } catch (const std::runtime_error& error) {
            log.emplace_back(error.what());
        }
    };
    run_io(io, script());
    EXPECT_EQ(log, (std::vector<std::string>{"done", "broken"}));
}

}  // namespace
}  // namespace phony::async
