#include "hub/placed_calls.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace phony::hub {
namespace {

using namespace std::chrono_literals;
using call::LineState;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint start = TimePoint{} + 1h;
constexpr call::LineReport ringing{LineState::ringing, {}};
constexpr call::LineReport answered{LineState::answered, {}};
constexpr call::LineReport busy{LineState::over, "busy"};

class PlacedCallsTest : public testing::Test {
protected:
    PlacedCallsTest()
    {
        events.watch([this](const api::EventStamp& stamp, const call::Event& event) {
            if (const auto* begun = std::get_if<call::CallStarted>(&event)) {
                constexpr const char* names[] = {"dialing", "ringing", "connected"};
                told.push_back(std::string{stamp.call_sid} + " " +
                               names[static_cast<int>(begun->progress)]);
            } else if (const auto* ended = std::get_if<call::CallEnded>(&event)) {
                told.push_back(std::string{stamp.call_sid} + " " + ended->reason);
            }
        });
    }

    static call::OutboundCall order()
    {
        return {
            .to = "+15551234567", .from = "+18578167225", .consented_by = {}, .ring_seconds = 30};
    }

    PlacedCalls::Attempt attempt(const call::OutboundCall& call = order(), std::size_t most = 0)
    {
        auto one = placed.attempt(call, most, start);
        if (!one) throw std::runtime_error{"there is no place"};
        return std::move(*one);
    }

    void place(std::string call_sid) { attempt().accepted(std::move(call_sid), start); }

    api::CallState state(std::string_view call_sid) const
    {
        return events.state_of(call_sid).value_or(api::CallState{});
    }

    /// Whom the calls of order() connect.
    static constexpr PlacedCalls::Parties parties{.from = "+18578167225", .to = "+15551234567"};

    bool is_full() { return !calls.keep_place("CAnother", 1, start); }

    Calls calls;
    EventHub events;
    std::vector<std::string> counted;
    std::vector<std::string> told;
    PlacedCalls placed{
        calls, events, [this](std::string_view outcome) { counted.emplace_back(outcome); }};
};

TEST_F(PlacedCallsTest, are_told_of_as_they_go)
{
    place("CA1");
    EXPECT_TRUE(placed.contains("CA1"));
    EXPECT_EQ(placed.size(), 1U);
    EXPECT_TRUE(placed.report("CA1", ringing, start + 2s));
    EXPECT_TRUE(placed.report("CA1", ringing, start + 2s)) << "twice";
    EXPECT_EQ(state("CA1").phase, api::CallState::Phase::ringing);
    EXPECT_TRUE(placed.report("CA1", busy, start + 3s));
    EXPECT_FALSE(placed.report("CA1", busy, start + 3s));
    EXPECT_THAT(told, ElementsAre("CA1 dialing", "CA1 ringing", "CA1 busy"));
    EXPECT_THAT(counted, ElementsAre("busy"));
    EXPECT_EQ(placed.size(), 0U);
    EXPECT_FALSE(is_full());
    EXPECT_THAT(events.active_calls(), IsEmpty());
}

TEST_F(PlacedCallsTest, are_like_any_other_once_they_are_connected)
{
    boost::asio::io_context io;
    Orders mailbox{io.get_executor(), 4};
    place("CA1");
    placed.report("CA1", answered, start + 5s);
    const auto registration = calls.add("CA1", mailbox);
    EventHub::Source source{events, "CA1"};
    placed.connected("CA1");
    EXPECT_FALSE(placed.contains("CA1"));
    EXPECT_EQ(events.active_calls().size(), 1U);
    source.publish(call::CallStarted{.from = "+1", .to = "+2", .direction = "outbound-api"});
    EXPECT_EQ(state("CA1").seq, 2U) << "its events go on";
    EXPECT_FALSE(placed.report("CA1", {LineState::over, "not_connected"}, start + 60s));
    EXPECT_THAT(told, ElementsAre("CA1 dialing", "CA1 connected"));
    EXPECT_THAT(counted, ElementsAre("connected"));
}

TEST_F(PlacedCallsTest, have_a_place_from_the_order_on)
{
    auto one = placed.attempt(order(), 1, start);
    EXPECT_TRUE(one);
    EXPECT_FALSE(placed.attempt(order(), 1, start));
    EXPECT_TRUE(is_full());
    if (one) one->accepted("CA1", start);
    EXPECT_TRUE(is_full());
    EXPECT_TRUE(calls.keep_place("CA1", 1, start)) << "when it is announced";
    placed.end("CA1", "machine");
    EXPECT_FALSE(is_full());
    EXPECT_THAT(counted, ElementsAre("machine"));
}

TEST_F(PlacedCallsTest, that_are_refused_or_never_asked_for_leave_their_place)
{
    attempt().refused();
    EXPECT_FALSE(is_full());
    calls.release_place("CAnother");
    (void)attempt();
    EXPECT_FALSE(is_full());
    EXPECT_THAT(counted, ElementsAre("refused"));
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(PlacedCallsTest, whose_order_was_lost_keep_their_place_as_long_as_they_could_ring)
{
    attempt().unknown();
    EXPECT_TRUE(is_full());
    EXPECT_FALSE(calls.keep_place("CAnother", 1, start + 89s));
    EXPECT_TRUE(calls.keep_place("CAnother", 1, start + 90s));
    EXPECT_THAT(counted, ElementsAre("unknown"));
}

TEST_F(PlacedCallsTest, whose_order_came_to_no_outcome_may_have_been_placed)
{
    attempt().asked();
    EXPECT_TRUE(is_full());
    EXPECT_THAT(counted, ElementsAre("unknown"));
}

TEST_F(PlacedCallsTest, whose_order_was_lost_are_known_by_their_numbers)
{
    attempt(order(), 1).unknown();
    EXPECT_FALSE(placed.report("CA9", ringing, start, {.from = "+18578167225", .to = "+49301234"}));
    EXPECT_FALSE(placed.report("CA9", busy, start, parties)) << "perhaps one that was talked to";
    EXPECT_TRUE(placed.report("CA1", ringing, start + 2s, parties));
    EXPECT_FALSE(placed.report("CA2", ringing, start + 2s, parties)) << "there was one order";
    EXPECT_TRUE(calls.keep_place("CA1", 1, start + 3s)) << "when it is announced";
    EXPECT_TRUE(is_full());
    EXPECT_TRUE(placed.report("CA1", busy, start + 4s, parties));
    EXPECT_FALSE(is_full());
    EXPECT_THAT(told, ElementsAre("CA1 dialing", "CA1 ringing", "CA1 busy"));
    EXPECT_THAT(counted, ElementsAre("unknown")) << "each order is counted once";
}

TEST_F(PlacedCallsTest, whose_order_was_lost_are_forgotten_when_they_cannot_ring_any_more)
{
    attempt().unknown();
    placed.give_up_silent(start + 90s);
    EXPECT_FALSE(placed.report("CA1", ringing, start + 90s, parties));
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(PlacedCallsTest, may_be_answered_in_their_place_before_the_answer_to_the_order)
{
    for (const bool lost : {false, true}) {
        auto one = attempt(order(), 1);
        placed.report("CA1", answered, start, parties);
        EXPECT_TRUE(calls.keep_place("CA1", 1, start));
        EXPECT_TRUE(is_full());
        if (lost)
            one.unknown();
        else
            one.accepted("CA1", start);
        EXPECT_TRUE(placed.contains("CA1"));
        placed.end("CA1", "machine");
        EXPECT_FALSE(is_full());
        calls.release_place("CAnother");
    }
    EXPECT_THAT(counted, ElementsAre("machine", "unknown"));
}

TEST_F(PlacedCallsTest, may_be_over_and_done_with_before_the_answer_to_the_order)
{
    boost::asio::io_context io;
    Orders mailbox{io.get_executor(), 4};
    for (const bool lost : {false, true}) {
        auto one = attempt();
        placed.report("CA1", answered, start, parties);
        {
            const auto registration = calls.add("CA1", mailbox);
            placed.connected("CA1");
        }
        placed.report("CA1", {LineState::over, "not_connected"}, start, parties);
        if (lost)
            one.unknown();
        else
            one.accepted("CA1", start);
        EXPECT_EQ(placed.size(), 0U);
        EXPECT_FALSE(is_full());
        calls.release_place("CAnother");
    }
    EXPECT_THAT(told, IsEmpty()) << "the call has told for itself";
    EXPECT_THAT(counted, ElementsAre("connected", "unknown"));
}

TEST_F(PlacedCallsTest, alike_have_a_place_each_whosever_answer_comes_first)
{
    auto one = attempt(order(), 2);
    auto other = attempt(order(), 2);
    placed.report("CA2", ringing, start, parties);
    one.accepted("CA1", start);
    other.accepted("CA2", start);
    EXPECT_TRUE(calls.keep_place("CA1", 2, start));
    EXPECT_TRUE(calls.keep_place("CA2", 2, start));
    EXPECT_FALSE(calls.keep_place("CAnother", 2, start));
    placed.end_all("shutdown");
    EXPECT_TRUE(calls.keep_place("CAnother", 1, start));
    EXPECT_THAT(
        told,
        ElementsAre("CA1 dialing", "CA2 dialing", "CA2 ringing", "CA1 shutdown", "CA2 shutdown"));
}

TEST_F(PlacedCallsTest, may_be_over_before_the_answer_to_the_order)
{
    auto one = attempt();
    EXPECT_FALSE(placed.report("CA1", busy, start));
    EXPECT_FALSE(placed.report("CA1", ringing, start)) << "late";
    one.accepted("CA1", start);
    EXPECT_THAT(told, ElementsAre("CA1 dialing", "CA1 busy"));
    EXPECT_THAT(counted, ElementsAre("busy"));
    EXPECT_FALSE(is_full());
}

TEST_F(PlacedCallsTest, may_ring_before_the_answer_to_the_order)
{
    auto one = attempt();
    placed.report("CA1", ringing, start);
    one.accepted("CA1", start);
    EXPECT_THAT(told, ElementsAre("CA1 dialing", "CA1 ringing"));
}

TEST_F(PlacedCallsTest, may_be_connected_before_the_answer_to_the_order)
{
    boost::asio::io_context io;
    Orders mailbox{io.get_executor(), 4};
    auto one = attempt();
    const auto registration = calls.add("CA1", mailbox);
    placed.connected("CA1");
    one.accepted("CA1", start);
    EXPECT_EQ(placed.size(), 0U);
    EXPECT_THAT(told, IsEmpty()) << "the call tells for itself";
    EXPECT_THAT(counted, ElementsAre("connected"));
}

TEST_F(PlacedCallsTest, are_given_up_when_nothing_is_heard_of_them)
{
    place("CA1");
    place("CA2");
    placed.report("CA2", ringing, start + 30s);
    placed.give_up_silent(start + 89s);
    EXPECT_EQ(placed.size(), 2U);
    placed.give_up_silent(start + 90s);
    EXPECT_FALSE(placed.contains("CA1"));
    EXPECT_TRUE(placed.contains("CA2"));
    placed.give_up_silent(start + 120s);
    EXPECT_EQ(placed.size(), 0U);
    EXPECT_FALSE(is_full());
    EXPECT_THAT(counted, ElementsAre("no_status", "no_status"));
}

TEST_F(PlacedCallsTest, that_were_answered_connect_soon_or_never)
{
    place("CA1");
    placed.report("CA1", answered, start);
    placed.report("CA1", ringing, start + 20s);  // late, and no news
    placed.give_up_silent(start + 29s);
    EXPECT_EQ(placed.size(), 1U);
    placed.give_up_silent(start + 30s);
    EXPECT_EQ(placed.size(), 0U);
    EXPECT_THAT(told, ElementsAre("CA1 dialing", "CA1 no_status"));
}

TEST_F(PlacedCallsTest, wait_while_it_is_found_out_who_answered)
{
    auto call = order();
    call.detection = call::OutboundCall::Detection::who_answered;
    call.detection_seconds = 20;
    attempt(call).accepted("CA1", start);
    placed.report("CA1", answered, start);
    placed.give_up_silent(start + 49s);
    EXPECT_EQ(placed.size(), 1U);
    placed.give_up_silent(start + 50s);
    EXPECT_EQ(placed.size(), 0U);
}

TEST_F(PlacedCallsTest, end_with_the_process)
{
    place("CA1");
    place("CA2");
    placed.end_all("shutdown");
    EXPECT_THAT(counted, ElementsAre("shutdown", "shutdown"));
    EXPECT_THAT(events.active_calls(), IsEmpty());
}

TEST_F(PlacedCallsTest, of_others_are_none_of_its_business)
{
    EXPECT_FALSE(placed.report("CA9", ringing, start));
    EXPECT_FALSE(placed.end("CA9", "machine"));
    placed.connected("CA9");
    EXPECT_THAT(counted, IsEmpty());
    EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace phony::hub
