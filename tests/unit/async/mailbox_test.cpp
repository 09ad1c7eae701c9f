#include <phony/async/mailbox.hpp>

#include "support/run_io.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace phony::async {
namespace {

using test::run_io;

/// Owes someone an answer, as the orders of supervisors do.
struct Order {
    int number = 0;
    std::shared_ptr<void> reply;
};

Order order_that_counts(int number, std::atomic<int>& answered)
{
    return {number, std::shared_ptr<void>{nullptr, [&](void*) { ++answered; }}};
}

TEST(Mailbox, delivers_what_other_threads_send_in_the_order_of_each)
{
    constexpr int threads = 3;
    constexpr int each = 2000;
    asio::io_context io;
    Mailbox<Order> mailbox{io.get_executor(), 16};
    std::vector<int> newest(threads, -1);
    int received = 0;

    auto receive_all = [&]() -> awaitable<void> {
        while (received < threads * each) {
            auto order = co_await mailbox.receive();
            EXPECT_TRUE(order.has_value());
            auto& last = newest.at(static_cast<std::size_t>(order->number / each));
            EXPECT_EQ(order->number % each, last + 1);
            last = order->number % each;
            ++received;
        }
    };
    std::vector<std::jthread> senders;
    for (int thread = 0; thread < threads; ++thread)
        senders.emplace_back([&, thread] {
            for (int i = 0; i < each; ++i) {
                Order order{thread * each + i, nullptr};
                while (mailbox.try_send(std::move(order)) == Delivery::full)
                    std::this_thread::yield();
            }
        });
    run_io(io, receive_all());
    EXPECT_EQ(received, threads * each);
}

TEST(Mailbox, says_when_it_is_full_and_leaves_the_order_to_its_sender)
{
    asio::io_context io;
    Mailbox<std::unique_ptr<int>> mailbox{io.get_executor(), 1};
    auto second = std::make_unique<int>(2);
    EXPECT_EQ(mailbox.try_send(std::make_unique<int>(1)), Delivery::sent);
    EXPECT_EQ(mailbox.try_send(std::move(second)), Delivery::full);
    EXPECT_NE(second, nullptr);
}

TEST(Mailbox, destroys_undelivered_orders_when_it_closes)
{
    asio::io_context io;
    std::atomic<int> answered = 0;
    Mailbox<Order> mailbox{io.get_executor(), 8};
    auto script = [&]() -> awaitable<void> {
        for (int i = 0; i < 3; ++i) mailbox.try_send(order_that_counts(i, answered));
        EXPECT_EQ((co_await mailbox.receive())->number, 0);
        EXPECT_EQ(answered, 1);
        mailbox.close();
        EXPECT_EQ(answered, 3);
        EXPECT_EQ(mailbox.try_send(Order{}), Delivery::closed);
        EXPECT_FALSE((co_await mailbox.receive()).has_value());
    };
    run_io(io, script());
}

TEST(Mailbox, may_be_gone_when_its_wake_up_runs)
{
    asio::io_context io;
    std::atomic<int> answered = 0;
    {
        Mailbox<Order> mailbox{io.get_executor(), 8};
        mailbox.try_send(order_that_counts(0, answered));
    }
    EXPECT_EQ(answered, 1);
    EXPECT_EQ(io.poll(), 1u);
}

}  // namespace
}  // namespace phony::async
