#include "hub/event_hub.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>

#include <atomic>
#include <chrono>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace phony::hub {
namespace {

using namespace std::chrono_literals;
using State = ViewerQueue::State;
using Clock = std::chrono::steady_clock;

/// "CA1 3 dtmf" for each message that can be taken now.
std::vector<std::string> taken(EventHub::Viewer& viewer)
{
    std::vector<std::string> all;
    while (const auto text = viewer.take()) {
        const auto json = boost::json::parse(**text).as_object();
        std::string line{json.at("callSid").as_string()};
        if (const auto* seq = json.if_contains("seq"))
            line += " " + std::to_string(seq->to_number<int>());
        all.push_back(line.append(" ").append(json.at("type").as_string()));
    }
    return all;
}

using Lines = std::vector<std::string>;

class EventHubTest : public testing::Test {
protected:
    std::unique_ptr<EventHub::Viewer> view(std::string call_sid, std::uint64_t since = 0)
    {
        return watch({.call_sid = std::move(call_sid), .since = since});
    }
    std::unique_ptr<EventHub::Viewer> watch(const api::EventSubscription& wanted)
    {
        return std::make_unique<EventHub::Viewer>(*hub, io.get_executor(), wanted);
    }
    void with(EventHub::Bounds bounds) { hub = std::make_unique<EventHub>(bounds); }

    /// Of CA1.
    std::optional<api::CallState::Phase> phase() const
    {
        const auto state = hub->state_of("CA1");
        if (!state) return std::nullopt;
        return state->phase;
    }

    boost::asio::io_context io;
    std::unique_ptr<EventHub> hub = std::make_unique<EventHub>();
};

TEST_F(EventHubTest, numbers_the_events_of_each_call_and_shows_them_to_all)
{
    std::vector<std::string> seen;
    for (const char* watcher : {"a", "b"}) {
        hub->watch([&seen, watcher](const api::EventStamp& stamp, const call::Event& event) {
            seen.push_back(std::string{watcher} + std::string{stamp.call_sid} +
                           std::to_string(stamp.seq) + std::string{api::type_of(event)});
        });
    }
    EventHub::Source one{*hub, "CA1"};
    EventHub::Source two{*hub, "CA2"};
    one.publish(call::Dtmf{'1'});
    two.publish(call::Dtmf{'2'});
    one.publish(call::CallError{});
    EXPECT_EQ(
        seen,
        (Lines{"aCA11dtmf", "bCA11dtmf", "aCA21dtmf", "bCA21dtmf", "aCA12error", "bCA12error"}));
}

TEST_F(EventHubTest, tells_of_tokens_only_watchers_that_want_them)
{
    Lines seen;
    const auto note = [&seen](const std::string& name) {
        return [&seen, name](const api::EventStamp& stamp, const call::Event& event) {
            seen.push_back(name + std::to_string(stamp.seq) + std::string{api::type_of(event)});
        };
    };
    hub->watch(note("a"));
    hub->watch_with_tokens(note("b"));
    EventHub::Source call{*hub, "CA1"};
    call.publish(call::AssistantToken{1, "Hi"});
    call.publish(call::Dtmf{'1'});
    EXPECT_EQ(seen, (Lines{"b1assistant_token", "a2dtmf", "b2dtmf"}));
}

TEST_F(EventHubTest, gives_a_late_viewer_the_past_first)
{
    EventHub::Source call{*hub, "CA1"};
    call.publish(call::CallStarted{});
    call.publish(call::AssistantToken{1, "Hi"});
    const auto late = view("CA1");
    call.publish(call::Dtmf{'1'});
    EXPECT_EQ(taken(*late), (Lines{"CA1 1 call_started", "CA1 2 assistant_token", "CA1 3 dtmf"}));

    const auto later = view("CA1", 2);
    call.publish(call::Dtmf{'2'});
    EXPECT_EQ(taken(*later), (Lines{"CA1 3 dtmf", "CA1 4 dtmf"}));
    EXPECT_EQ(taken(*late), (Lines{"CA1 4 dtmf"}));
    EXPECT_EQ(late->state(), State::open);
    EXPECT_EQ(hub->viewers(), 2U);
}

TEST_F(EventHubTest, says_what_a_viewer_has_missed)
{
    with({.kept = {.events = 3}});
    EventHub::Source call{*hub, "CA1"};
    for (int i = 0; i < 10; ++i) call.publish(call::Dtmf{'1'});
    const auto late = view("CA1", 2);
    const auto first = late->take().value_or(std::make_shared<const std::string>());
    EXPECT_EQ(*first, R"({"type":"truncated","callSid":"CA1","firstSeq":8,"missed":5})");
    EXPECT_EQ(taken(*late), (Lines{"CA1 8 dtmf", "CA1 9 dtmf", "CA1 10 dtmf"}));
}

TEST_F(EventHubTest, ends_a_viewer_with_its_call)
{
    const auto early = view("CA1");
    {
        EventHub::Source call{*hub, "CA1"};
        call.publish(call::CallStarted{});
        call.publish(call::CallEnded{"hung_up", {}});
    }
    EXPECT_EQ(early->state(), State::ended);
    EXPECT_EQ(taken(*early), (Lines{"CA1 1 call_started", "CA1 2 call_ended"}));

    // For some seconds it can still be asked for its end.
    const auto late = view("CA1", 1);
    EXPECT_EQ(late->state(), State::ended);
    EXPECT_EQ(taken(*late), (Lines{"CA1 2 call_ended"}));
    EXPECT_EQ(phase(), api::CallState::Phase::ended);
    hub->forget_expired(Clock::now() + 1min);
    EXPECT_FALSE(hub->state_of("CA1"));
    EXPECT_EQ(view("CA1")->state(), State::open);  // waits for a call
}

TEST_F(EventHubTest, begins_anew_with_a_new_call_of_an_old_name)
{
    {
        EventHub::Source call{*hub, "CA1"};
        call.publish(call::CallStarted{});
        call.publish(call::CallEnded{"hung_up", {}});
    }
    EventHub::Source call{*hub, "CA1"};
    call.publish(call::CallStarted{.from = "+1555"});
    EXPECT_EQ(taken(*view("CA1")), (Lines{"CA1 1 call_started"}));
    EXPECT_EQ(hub->state_of("CA1").value_or(api::CallState{}).from, "+1555");
    EXPECT_EQ(hub->active_calls().size(), 1U);
}

TEST_F(EventHubTest, goes_on_with_a_call_that_is_resumed)
{
    const auto viewer = view("CA1");
    {
        EventHub::Source call{*hub, "CA1"};
        call.publish(call::CallStarted{});
        call.publish(call::CallEnded{std::string{call::connection_lost}, {}});
    }
    EXPECT_EQ(viewer->state(), State::open);
    EXPECT_TRUE(hub->active_calls().empty());
    EXPECT_EQ(phase(), api::CallState::Phase::lost);
    hub->forget_expired(Clock::now() + 1s);
    {
        EventHub::Source call{*hub, "CA1"};
        call.publish(call::CallStarted{});
        EXPECT_EQ(hub->active_calls().size(), 1U);
        call.publish(call::CallEnded{std::string{call::connection_lost}, {}});
    }
    EXPECT_EQ(
        taken(*viewer),
        (Lines{
            "CA1 1 call_started", "CA1 2 call_ended", "CA1 3 call_started", "CA1 4 call_ended"}));
    EXPECT_EQ(viewer->state(), State::open);
    hub->forget_expired(Clock::now() + 10s);
    EXPECT_EQ(viewer->state(), State::ended);
    EXPECT_EQ(phase(), api::CallState::Phase::ended);
}

TEST_F(EventHubTest, goes_on_with_a_call_that_only_the_history_knew)
{
    api::CallState past;
    past.call_sid = "CA1";
    past.started = WallTime{1h};
    past.seq = 41;
    past.metrics.transcript_count = 3;
    past.transcript.push_back({api::Speaker::caller, "Hello", WallTime{1h}});
    const auto early = view("CA1", 41);
    EventHub::Source call{*hub, "CA1", &past};
    call.publish(call::CallStarted{});
    call.publish(call::Transcript{"And?"});
    EXPECT_EQ(taken(*early), (Lines{"CA1 42 call_started", "CA1 43 transcript"}));
    EXPECT_EQ(taken(*view("CA1", 40)),
              (Lines{"CA1 truncated", "CA1 42 call_started", "CA1 43 transcript"}));
    const auto state = hub->state_of("CA1").value_or(api::CallState{});
    EXPECT_EQ(state.phase, api::CallState::Phase::active);
    EXPECT_EQ(state.started, WallTime{1h});
    EXPECT_EQ(state.metrics.transcript_count, 4U);
    EXPECT_EQ(state.transcript.size(), 2U);
}

TEST_F(EventHubTest, goes_on_with_a_call_of_which_it_knows_more_than_the_history)
{
    {
        EventHub::Source call{*hub, "CA1"};
        call.publish(call::CallStarted{});
        call.publish(call::Transcript{"Hello"});
        call.publish(call::CallEnded{std::string{call::connection_lost}, {}});
    }
    hub->forget_expired(Clock::now() + 10s);
    EXPECT_EQ(phase(), api::CallState::Phase::ended) << "nobody came back in time";
    api::CallState past;
    past.call_sid = "CA1";
    past.seq = 3;
    EventHub::Source call{*hub, "CA1", &past};
    call.publish(call::CallStarted{});
    EXPECT_EQ(
        taken(*view("CA1")),
        (Lines{
            "CA1 1 call_started", "CA1 2 transcript", "CA1 3 call_ended", "CA1 4 call_started"}));
}

TEST_F(EventHubTest, goes_on_when_a_second_socket_of_a_call_replaces_the_first)
{
    const auto viewer = view("CA1");
    auto first = std::make_unique<EventHub::Source>(*hub, "CA1");
    first->publish(call::CallStarted{});
    EventHub::Source second{*hub, "CA1"};
    second.publish(call::CallStarted{});
    first->publish(call::CallEnded{"hung_up", {}});
    first.reset();
    EXPECT_EQ(viewer->state(), State::open);
    EXPECT_EQ(phase(), api::CallState::Phase::active);
    second.publish(call::CallEnded{"hung_up", {}});
    EXPECT_EQ(viewer->state(), State::ended);
    EXPECT_EQ(taken(*viewer).size(), 4U);
}

TEST_F(EventHubTest, ends_the_viewers_of_a_call_that_went_without_a_word)
{
    const auto viewer = view("CA1");
    {
        EventHub::Source call{*hub, "CA1"};
        call.publish(call::CallStarted{});
    }
    EXPECT_EQ(viewer->state(), State::ended);
    EXPECT_TRUE(hub->active_calls().empty());
}

TEST_F(EventHubTest, shows_all_calls_to_those_who_want_them)
{
    EventHub::Source one{*hub, "CA1"};
    one.publish(call::CallStarted{});
    one.publish(call::Transcript{"Hello"});
    const auto all = watch({.call_sid = "*", .tokens = false});
    EXPECT_EQ(taken(*all), (Lines{"CA1 1 call_started", "CA1 2 call_state"}));
    EventHub::Source two{*hub, "CA2"};
    two.publish(call::CallStarted{});
    two.publish(call::AssistantToken{1, "Hi"});
    one.publish(call::CallEnded{"hung_up", {}});
    EXPECT_EQ(taken(*all), (Lines{"CA2 1 call_started", "CA1 3 call_ended"}));
    EXPECT_EQ(all->state(), State::open);

    const auto tokens = watch({.call_sid = "*", .tokens = true});
    EXPECT_EQ(taken(*tokens), (Lines{"CA2 1 call_started", "CA2 2 call_state"}));
    two.publish(call::AssistantToken{1, "there"});
    EXPECT_EQ(taken(*tokens), (Lines{"CA2 3 assistant_token"}));
    EXPECT_TRUE(taken(*all).empty());
}

TEST_F(EventHubTest, shows_a_call_as_it_is_when_a_viewer_of_all_comes_to_it)
{
    EventHub::Source one{*hub, "CA1"};
    EventHub::Source two{*hub, "CA2"};
    EventHub::Source over{*hub, "CA3"};
    for (auto* call : {&one, &two, &over}) call->publish(call::CallStarted{});
    const auto all = watch({.call_sid = "*"});
    one.publish(call::Transcript{"Hello"});
    over.publish(call::CallEnded{"hung_up", {}});
    EventHub::Source fresh{*hub, "CA4"};
    fresh.publish(call::CallStarted{});
    EXPECT_EQ(taken(*all),
              (Lines{"CA1 1 call_started",
                     "CA1 2 call_state",
                     "CA2 1 call_started",
                     "CA2 1 call_state",
                     "CA4 1 call_started"}))
        << "nothing twice, and nothing of what is over";
    for (auto* call : {&one, &two}) call->publish(call::Dtmf{'1'});
    EXPECT_EQ(taken(*all), (Lines{"CA1 3 dtmf", "CA2 2 dtmf"}));
}

TEST_F(EventHubTest, gives_up_a_viewer_that_lets_too_much_pile_up)
{
    for (const ViewerQueue::Bounds bounds :
         {ViewerQueue::Bounds{.events = 5}, ViewerQueue::Bounds{.bytes = 500}}) {
        with({.queued = bounds});
        EventHub::Source call{*hub, "CA1"};
        const auto slow = view("CA1");
        const auto quick = view("CA1");
        for (int i = 0; i < 20; ++i) {
            call.publish(call::Dtmf{'1'});
            EXPECT_EQ(taken(*quick).size(), 1U);
        }
        EXPECT_EQ(slow->state(), State::too_slow);
        EXPECT_TRUE(taken(*slow).empty());
        EXPECT_EQ(quick->state(), State::open);
    }
}

TEST_F(EventHubTest, does_not_count_the_past_against_a_viewer)
{
    with({.queued = {.events = 5}});
    EventHub::Source call{*hub, "CA1"};
    for (int i = 0; i < 1000; ++i) call.publish(call::Dtmf{'1'});
    const auto late = view("CA1");
    EXPECT_EQ(taken(*late).size(), 1000U);
}

TEST_F(EventHubTest, knows_in_which_calls_nothing_happens)
{
    const auto in_a_minute = Clock::now() + 1min;
    const auto a_minute_ago = in_a_minute - 2min;
    EXPECT_EQ(hub->calls_quiet_since(in_a_minute), 0U);
    {
        EventHub::Source call{*hub, "CA1"};
        EXPECT_EQ(hub->calls_quiet_since(in_a_minute), 0U) << "it has not begun";
        call.publish(call::CallStarted{
            .from = {}, .to = {}, .direction = {}, .progress = call::Progress::ringing});
        EXPECT_EQ(hub->calls_quiet_since(in_a_minute), 0U) << "it rings";
        call.publish(call::CallStarted{});
        EXPECT_EQ(hub->calls_quiet_since(a_minute_ago), 0U);
        EXPECT_EQ(hub->calls_quiet_since(in_a_minute), 1U);
        call.publish(call::CallEnded{});
    }
    EXPECT_EQ(hub->calls_quiet_since(in_a_minute), 0U) << "it is over";
}

TEST_F(EventHubTest, gives_a_call_a_clock_of_its_own)
{
    WallTime wall{1'767'225'600s};
    hub = std::make_unique<EventHub>(EventHub::Bounds{}, [&wall] { return wall; });
    std::vector<api::EventStamp> stamps;
    hub->watch(
        [&stamps](const api::EventStamp& stamp, const call::Event&) { stamps.push_back(stamp); });
    const auto state = [this](const char* call_sid) {
        return hub->state_of(call_sid).value_or(api::CallState{});
    };
    EventHub::Source call{*hub, "CA1"};
    call.publish(call::CallStarted{});
    const auto began = stamps.back().at;
    EXPECT_GE(stamps.back().timestamp, wall);
    for (const auto set_by : {24h, 365 * 24h, -366 * 24h, -24h}) {
        wall += set_by;
        call.publish(call::Dtmf{'1'});
        const auto& stamp = stamps.back();
        EXPECT_EQ(stamp.timestamp - stamps.front().timestamp, stamp.at - began);
        EXPECT_EQ(state("CA1").duration(began + 90s), 90s);
        EXPECT_EQ(hub->calls_quiet_since(began - 1s), 0U);
        EXPECT_EQ(hub->time_of("CA1", began + 1s), stamps.front().timestamp + 1s);
        EXPECT_EQ(hub->time_of("CA2", began), wall);
    }
    call.publish(call::CallEnded{"hung_up", {}});
    EXPECT_EQ(stamps.back().timestamp - stamps.front().timestamp, stamps.back().at - began);

    EventHub::Source next{*hub, "CA2"};
    next.publish(call::CallStarted{});
    EXPECT_LT(stamps.back().timestamp - wall, 1h) << "it begins by the new time";
}

TEST_F(EventHubTest, goes_on_with_the_clock_of_a_call_that_is_resumed_from_elsewhere)
{
    WallTime wall{1'767'225'600s};
    hub = std::make_unique<EventHub>(EventHub::Bounds{}, [&wall] { return wall; });
    const auto began = Clock::now() - 1h;
    api::CallState past;
    past.fold({.call_sid = "CA1", .seq = 1, .timestamp = wall, .at = began}, call::CallStarted{});
    wall -= 24h;  // and set back before the other process has begun
    EventHub::Source call{*hub, "CA1", &past};
    call.publish(call::CallStarted{});
    EXPECT_EQ(hub->state_of("CA1").value_or(api::CallState{}).duration(began + 2h), 2h);
}

TEST_F(EventHubTest, counts_what_viewers_have_still_to_take)
{
    EventHub::Source call{*hub, "CA1"};
    auto slow = view("CA1");
    auto quick = view("CA1");
    for (int i = 0; i < 3; ++i) call.publish(call::Dtmf{'1'});
    taken(*quick);
    EXPECT_EQ(hub->queued_events(), 3U);
    taken(*slow);
    EXPECT_EQ(hub->queued_events(), 0U);
}

TEST_F(EventHubTest, dismisses_its_viewers_in_the_end)
{
    const auto viewer = view("CA1");
    const auto all = watch({.call_sid = "*"});
    hub->dismiss_viewers();
    EXPECT_EQ(viewer->state(), State::shutting_down);
    EXPECT_EQ(all->state(), State::shutting_down);
    EXPECT_EQ(view("CA1")->state(), State::shutting_down);
}

TEST_F(EventHubTest, loses_and_repeats_nothing_while_calls_are_published_on_other_threads)
{
    constexpr std::uint64_t events = 2000;
    std::atomic<bool> begun = false;
    std::vector<std::jthread> callers;
    for (const char* call_sid : {"CA1", "CA2"}) {
        callers.emplace_back([&, call_sid] {
            EventHub::Source call{*hub, call_sid};
            call.publish(call::CallStarted{});
            begun = true;
            for (std::uint64_t i = 2; i < events; ++i) call.publish(call::Dtmf{'1'});
            call.publish(call::CallEnded{"hung_up", {}});
        });
    }
    while (!begun) std::this_thread::yield();
    std::uint64_t seen = 0;
    while (seen < events) {  // coming and going
        const auto viewer = view("CA1", seen);
        const auto others = watch({.call_sid = "*", .tokens = true});
        for (int i = 0; i < 37; ++i) {
            const auto text = viewer->take();
            if (!text) break;
            const auto seq = boost::json::parse(**text).at("seq").to_number<std::uint64_t>();
            ASSERT_EQ(seq, seen + 1);
            seen = seq;
        }
        hub->forget_expired(Clock::now());
    }
    callers.clear();
    EXPECT_EQ(view("CA1", events)->state(), State::ended);
}

}  // namespace
}  // namespace phony::hub
