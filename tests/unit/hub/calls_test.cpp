#include "hub/calls.hpp"

#include "support/run_io.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace phony::hub {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

constexpr TimePoint start = TimePoint{} + 1h;

Order end_order(ReplySlot& slot)
{
    return {call::Overridden{call::EndNow{}, "ada"}, slot.reply()};
}

TEST(Calls, knows_a_call_while_its_registration_lives)
{
    asio::io_context io;
    Calls calls;
    Orders mailbox{io.get_executor(), 4};
    {
        const auto registration = calls.add("CA1", mailbox);
        EXPECT_TRUE(calls.contains("CA1"));
        EXPECT_EQ(calls.size(), 1U);
    }
    EXPECT_FALSE(calls.contains("CA1"));
}

TEST(Calls, lets_a_second_setup_of_a_call_replace_the_first)
{
    asio::io_context io;
    Calls calls;
    Orders older{io.get_executor(), 4};
    Orders newer{io.get_executor(), 4};
    std::optional<Calls::Registration> first{calls.add("CA1", older)};
    const auto second = calls.add("CA1", newer);
    first.reset();  // removes only its own entry
    EXPECT_TRUE(calls.contains("CA1"));
}

TEST(Calls, keep_a_place_for_a_call_that_is_placed_until_it_is_answered)
{
    Calls calls;
    EXPECT_TRUE(calls.keep_place_to_dial("attempt 1", 1, start + 2min, start));
    EXPECT_FALSE(calls.keep_place("CA2", 1, start + 1min));
    EXPECT_EQ(calls.expected(start + 1min), 1U) << "it may be answered at any moment";
    calls.rename_place("attempt 1", "CA1", start + 3min);
    EXPECT_FALSE(calls.keep_place("CA2", 1, start + 2min));
    EXPECT_TRUE(calls.keep_place("CA1", 1, start + 2min)) << "it was answered";
    calls.release_place("CA1");
    EXPECT_TRUE(calls.keep_place("CA2", 1, start + 2min));
}

TEST(Calls, keeps_places_for_calls_that_were_announced)
{
    Calls calls;
    EXPECT_TRUE(calls.keep_place("CA1", 2, start));
    EXPECT_TRUE(calls.keep_place("CA2", 2, start));
    EXPECT_FALSE(calls.keep_place("CA3", 2, start));
    EXPECT_TRUE(calls.keep_place("CA1", 2, start)) << "announced once more";
    EXPECT_EQ(calls.size(), 0U);
}

TEST(Calls, gives_a_place_away_that_nobody_takes)
{
    Calls calls;
    EXPECT_TRUE(calls.keep_place("CA1", 1, start));
    EXPECT_FALSE(calls.keep_place("CA2", 1, start + Calls::place_time - 1ms));
    EXPECT_TRUE(calls.keep_place("CA2", 1, start + Calls::place_time));
    EXPECT_FALSE(calls.keep_place("CA1", 1, start + Calls::place_time));
}

TEST(Calls, count_once_whether_announced_or_active)
{
    asio::io_context io;
    Calls calls;
    Orders mailbox{io.get_executor(), 4};
    EXPECT_TRUE(calls.keep_place("CA1", 2, start));
    {
        const auto registration = calls.add("CA1", mailbox);
        EXPECT_TRUE(calls.keep_place("CA1", 1, start)) << "its webhook, late";
        EXPECT_TRUE(calls.keep_place("CA2", 2, start));
        const auto unannounced = calls.add("CA3", mailbox);
        EXPECT_EQ(calls.size(), 2U);
        EXPECT_FALSE(calls.keep_place("CA4", 3, start));
    }
    EXPECT_TRUE(calls.keep_place("CA4", 2, start)) << "whoever hangs up leaves no place behind";
}

async::awaitable<void> ask(Calls& calls, async::Executor executor, Result<void>& answer)
{
    ReplySlot slot{executor};
    calls.send("CA1", end_order(slot));
    answer = co_await slot.answer();
}

async::awaitable<void> receive(ReplySlot& slot, Result<void>& answer)
{
    answer = co_await slot.answer();
}

async::awaitable<void> obey(Orders& mailbox, std::optional<Error> refused)
{
    auto message = co_await mailbox.receive();
    if (message) std::get<Order>(*message).reply.send(std::move(refused));
}

TEST(Calls, brings_an_order_to_its_call_and_the_answer_back)
{
    asio::io_context io;
    Calls calls;
    Orders mailbox{io.get_executor(), 4};
    const auto registration = calls.add("CA1", mailbox);
    Result<void> accepted = Error{errc::internal_error};
    Result<void> refused;
    test::run_io(io, obey(mailbox, std::nullopt) && ask(calls, io.get_executor(), accepted));
    test::run_io(io,
                 obey(mailbox, Error{errc::invalid_request, "second_transfer"}) &&
                     ask(calls, io.get_executor(), refused));
    EXPECT_TRUE(accepted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "second_transfer");
}

TEST(Calls, answers_for_a_call_that_is_not_there)
{
    asio::io_context io;
    Calls calls;
    Result<void> answer;
    test::run_io(io, ask(calls, io.get_executor(), answer));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::call_not_found);
}

TEST(Calls, answers_for_a_call_that_ends_before_it_obeys)
{
    asio::io_context io;
    Calls calls;
    Orders mailbox{io.get_executor(), 4};
    std::optional<Calls::Registration> registration{calls.add("CA1", mailbox)};
    Result<void> answer;
    ReplySlot slot{io.get_executor()};
    calls.send("CA1", end_order(slot));
    registration.reset();
    mailbox.close();
    test::run_io(io, receive(slot, answer));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::call_not_found);
}

TEST(Calls, refuses_what_a_full_mailbox_cannot_take)
{
    asio::io_context io;
    Calls calls;
    Orders mailbox{io.get_executor(), 1};
    const auto registration = calls.add("CA1", mailbox);
    ReplySlot waiting{io.get_executor()};
    calls.send("CA1", end_order(waiting));
    Result<void> answer;
    test::run_io(io, ask(calls, io.get_executor(), answer));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::rate_limited);
}

TEST(Calls, takes_orders_from_other_threads)
{
    asio::io_context io;
    Calls calls;
    Orders mailbox{io.get_executor(), 4};
    const auto registration = calls.add("CA1", mailbox);
    Result<void> answer = Error{errc::internal_error};
    asio::io_context
        other;  // outlives both threads, as the cores' do: this one may yet be in post()
    std::thread asker{[&] { test::run_io(other, ask(calls, other.get_executor(), answer)); }};
    test::run_io(io, obey(mailbox, std::nullopt));
    asker.join();
    EXPECT_TRUE(answer);
}

TEST(Calls, holds_what_was_said_for_some_seconds)
{
    Calls calls;
    HeldCall call;
    call.memory.dialogue.add(call::Role::user, "hello");
    call.resumed = 1;
    calls.hold("CA1", call, start);
    EXPECT_EQ(calls.resumptions_of_held("CA1", start + 4s), 1);
    EXPECT_EQ(calls.resumptions_of_held("CA1", start + 5s), std::nullopt);
    const auto held = calls.take_held("CA1", start + 4s);
    if (!held) FAIL() << "it is held";
    EXPECT_EQ(held->memory.dialogue.messages().front().content, "hello");
    EXPECT_FALSE(calls.take_held("CA1", start + 4s));
}

TEST(Calls, holds_a_call_on_whose_new_session_it_has_decided)
{
    Calls calls;
    calls.hold("CA1", {}, start);
    calls.expect_session("CA1", start + 4s);
    EXPECT_TRUE(calls.take_held("CA1", start + 8s));
    EXPECT_TRUE(calls.take_expected("CA1", start + 8s));
    EXPECT_FALSE(calls.take_expected("CA1", start + 8s)) << "the next one is not it";

    calls.expect_session("CA1", start);
    EXPECT_FALSE(calls.take_expected("CA1", start + Calls::place_time)) << "it never came";
    calls.expect_session("CA1", start);
    calls.forget_expired(start + Calls::place_time);
    EXPECT_FALSE(calls.take_expected("CA1", start));
}

TEST(Calls, asks_the_session_that_has_the_call_to_hand_it_over)
{
    asio::io_context io;
    Calls calls;
    Orders older{io.get_executor(), 4};
    Orders newer{io.get_executor(), 4};
    const auto first = calls.add("CA1", older);
    const auto given = std::make_shared<Handover>();
    ReplySlot slot{io.get_executor()};
    const auto second = calls.add("CA1", newer, {given, slot.reply()});
    EXPECT_EQ(calls.size(), 1U);

    const auto hand_over = [&older]() -> async::awaitable<void> {
        auto message = co_await older.receive();
        auto& succession = std::get<Succession>(message.value());
        succession.to->call.resumed = 2;
        succession.reply.send(std::nullopt);
    };
    co_spawn(io, hand_over(), asio::detached);
    Result<void> answer = Error{errc::internal_error};
    test::run_io(io, receive(slot, answer));
    EXPECT_TRUE(answer);
    EXPECT_EQ(given->call.resumed, 2);
}

TEST(Calls, answers_that_there_is_nobody_to_take_a_call_over_from)
{
    asio::io_context io;
    Calls calls;
    Orders mailbox{io.get_executor(), 4};
    ReplySlot slot{io.get_executor()};
    const auto registration =
        calls.add("CA1", mailbox, {std::make_shared<Handover>(), slot.reply()});
    Result<void> answer;
    test::run_io(io, receive(slot, answer));
    EXPECT_FALSE(answer);
    EXPECT_TRUE(calls.contains("CA1"));
}

TEST(Calls, forgets_what_nobody_came_back_for)
{
    Calls calls;
    calls.hold("CA1", {}, start);
    calls.forget_expired(start + 6s);
    EXPECT_FALSE(calls.take_held("CA1", start));
}

}  // namespace
}  // namespace phony::hub
