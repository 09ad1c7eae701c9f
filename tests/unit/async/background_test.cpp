#include <phony/async/background.hpp>

#include "support/run_io.hpp"
#include <phony/async/together.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

#include <gtest/gtest.h>

#include <string>

namespace phony::async {
namespace {

class BackgroundTest : public testing::Test {
protected:
    awaitable<void> stay_behind(int times)
    {
        for (int i = 0; i < times; ++i) {
            co_await background.turn();
            log += 'b';
        }
    }

    awaitable<void> go_ahead(int times)
    {
        for (int i = 0; i < times; ++i) {
            co_await asio::post(io.get_executor(), use_awaitable);
            log += 'f';
        }
    }

    asio::io_context io;
    Background background{io.get_executor()};
    std::string log;
};

TEST_F(BackgroundTest, has_one_of_many_go_on_at_a_time)
{
    test::run_io(
        io, together(stay_behind(3), stay_behind(3), stay_behind(3), stay_behind(3), go_ahead(40)));
    EXPECT_EQ(std::ranges::count(log, 'b'), 12);
    EXPECT_EQ(log.find("bb"), std::string::npos) << log;
}

TEST_F(BackgroundTest, goes_on_by_itself_when_nothing_else_is_to_be_done)
{
    test::run_io(io, together(stay_behind(3), stay_behind(5)));
    EXPECT_EQ(log, std::string(8, 'b'));
    test::run_io(io, stay_behind(2));
    EXPECT_EQ(log, std::string(10, 'b'));
}

TEST_F(BackgroundTest, does_not_stop_when_one_in_line_leaves)
{
    using namespace asio::experimental::awaitable_operators;
    const auto leaves = [&]() -> awaitable<void> { co_await (stay_behind(100) || go_ahead(3)); };
    test::run_io(io, together(leaves(), stay_behind(20)));
    EXPECT_GE(std::ranges::count(log, 'b'), 20);
}

}  // namespace
}  // namespace phony::async
