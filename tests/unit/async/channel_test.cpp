#include <phony/async/channel.hpp>

#include "support/run_io.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace phony::async {
namespace {

using namespace asio::experimental::awaitable_operators;
using test::run_io;
using test::yield;

struct ChannelTest : testing::Test {
    asio::io_context io;
    Channel<int> channel{io.get_executor(), 3};

    static awaitable<void> receive_all(Channel<int>& from, std::vector<int>& into)
    {
        while (auto item = co_await from.receive()) into.push_back(*item);
    }
    static awaitable<void> send_all(Channel<int>& to,
                                    std::vector<int> items,
                                    std::vector<bool>& sent)
    {
        for (int item : items) sent.push_back(co_await to.send(item));
    }
};

TEST_F(ChannelTest, gives_out_all_that_was_sent_before_it_was_finished)
{
    std::vector<int> received;
    auto script = [&]() -> awaitable<void> {
        for (int item : {1, 2, 3}) EXPECT_TRUE(co_await channel.send(item));
        channel.finish();
        co_await receive_all(channel, received);
    };
    run_io(io, script());
    EXPECT_EQ(received, (std::vector{1, 2, 3}));
}

TEST_F(ChannelTest, makes_senders_wait_while_it_is_full)
{
    std::vector<int> received;
    std::vector<bool> sent;
    auto script = [&]() -> awaitable<void> {
        co_await (send_all(channel, {1, 2, 3, 4, 5}, sent) && [&]() -> awaitable<void> {
            co_await yield();
            EXPECT_EQ(sent.size(), 3u);
            for (int i = 0; i < 5; ++i) received.push_back(*co_await channel.receive());
        }());
    };
    run_io(io, script());
    EXPECT_EQ(received, (std::vector{1, 2, 3, 4, 5}));
    EXPECT_EQ(sent, (std::vector{true, true, true, true, true}));
}

TEST_F(ChannelTest, tells_blocked_and_later_senders_that_it_is_finished)
{
    std::vector<int> received;
    std::vector<bool> sent;
    auto script = [&]() -> awaitable<void> {
        co_await (send_all(channel, {1, 2, 3, 4}, sent) && [&]() -> awaitable<void> {
            co_await yield();
            channel.finish();
        }());
        EXPECT_FALSE(co_await channel.send(5));
        EXPECT_FALSE(channel.try_send(6));
        co_await receive_all(channel, received);
    };
    run_io(io, script());
    EXPECT_EQ(sent, (std::vector{true, true, true, false}));
    EXPECT_EQ(received, (std::vector{1, 2, 3}));
}

TEST_F(ChannelTest, wakes_a_waiting_receiver_with_an_item_and_with_the_end)
{
    std::vector<int> received;
    auto script = [&]() -> awaitable<void> {
        co_await (receive_all(channel, received) && [&]() -> awaitable<void> {
            co_await yield();
            EXPECT_TRUE(channel.try_send(7));
            co_await yield();
            channel.finish();
        }());
    };
    run_io(io, script());
    EXPECT_EQ(received, (std::vector{7}));
}

TEST_F(ChannelTest, leaves_an_item_as_it_was_when_it_has_no_room)
{
    Channel<std::unique_ptr<int>> boxes{io.get_executor(), 1};
    auto first = std::make_unique<int>(1);
    auto second = std::make_unique<int>(2);
    EXPECT_TRUE(boxes.try_send(std::move(first)));
    EXPECT_FALSE(boxes.try_send(std::move(second)));
    EXPECT_NE(second, nullptr);
    EXPECT_EQ(**boxes.try_receive(), 1);
    EXPECT_EQ(boxes.try_receive(), std::nullopt);
}

TEST_F(ChannelTest, keeps_an_item_for_the_next_receiver_when_one_was_cancelled)
{
    std::vector<int> received;
    auto script = [&]() -> awaitable<void> {
        auto winner = co_await (channel.receive() || yield());
        EXPECT_EQ(winner.index(), 1u);
        EXPECT_TRUE(channel.try_send(1));
        channel.finish();
        co_await receive_all(channel, received);
    };
    run_io(io, script());
    EXPECT_EQ(received, (std::vector{1}));
}

TEST_F(ChannelTest, frees_coroutines_that_still_wait_when_their_context_is_destroyed)
{
    auto destroyed = std::make_shared<bool>(false);
    auto io_of_its_own = std::make_unique<asio::io_context>();
    auto waits_for_ever = [](asio::io_context& loop,
                             std::shared_ptr<bool> flag) -> awaitable<void> {
        Channel<int> silent{loop.get_executor(), 1};
        const std::shared_ptr<void> guard{nullptr, [flag](void*) { *flag = true; }};
        co_await silent.receive();
    };
    co_spawn(*io_of_its_own, waits_for_ever(*io_of_its_own, destroyed), asio::detached);
    io_of_its_own->poll();
    io_of_its_own.reset();
    EXPECT_TRUE(*destroyed);
}

}  // namespace
}  // namespace phony::async
