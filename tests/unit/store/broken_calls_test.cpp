#include "store/broken_calls.hpp"

#include "store/process_lock.hpp"
#include "store_fixture.hpp"
#include <phony/call/conversation.hpp>
#include <phony/call/policy.hpp>

#include <chrono>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <unistd.h>

namespace phony::store {
namespace {

using call::Role;
using Line = call::RememberedLine;
using testing::ElementsAre;

class BrokenCalls : public Store {
protected:
    static WallTime now() { return std::chrono::system_clock::now(); }

    /// What another process, or a later one, would go on with.
    std::optional<hub::HeldCall> find(const std::string& call_sid = "CA1",
                                      const std::string& own_boot_id = "another")
    {
        auto database = connect();
        return find_broken_call(database,
                                directory.path(),
                                own_boot_id,
                                call_sid,
                                now(),
                                std::chrono::steady_clock::now());
    }

    /// All that was recorded is on the disk.
    void settle(History& history)
    {
        test::run_io(io, history.audit({.call_sid = "CA-settled"}, 10s));
    }

    void talk(History& history)
    {
        history.remember("CA1", Line{1, Role::assistant, 0, "Welcome.", std::nullopt});
        history.remember("CA1", Line{2, Role::user, 1, "go", std::nullopt});
        history.remember("CA1", Line{3, Role::assistant, 1, "One two. Three four.", 0});
        history.remember("CA1", Line{3, Role::assistant, 1, std::nullopt, 8});
    }

    static std::vector<std::string> heard(const hub::HeldCall& found)
    {
        const call::Policy policy;
        call::Conversation conversation{policy, found.memory, call::Reconnection::new_session};
        std::vector<std::string> lines;
        for (const auto& message : conversation.history()) lines.push_back(message.content);
        return lines;
    }

    /// A process that is killed in the middle of a call, made before this one has threads.
    void lose_a_process_in_a_call(WallTime began)
    {
        crash(another_process([&] {
            auto history = std::make_unique<History>(options(), metrics);
            Caller{*history, "CA1", began}.starts().says("go");
            talk(*history);
            settle(*history);
            return history;
        }));
    }
};

TEST_F(BrokenCalls, are_gone_on_with_where_they_broke_off)
{
    const TraceContext trace{.trace_id = {1, 2}, .span_id = {3}, .sampled = false, .state = "a=b"};
    History history{options(), metrics};
    Caller caller{history, "CA1", now() - 20s};
    caller.starts().says("go");
    talk(history);
    history.remember("CA1", trace);
    caller.ends("connection_lost");
    settle(history);

    const auto found = find();
    if (!found) FAIL() << "it is known";
    EXPECT_THAT(heard(*found), ElementsAre("Welcome.", "go", "One two."));
    EXPECT_EQ(found->memory.turn, 1U);
    EXPECT_EQ(found->memory.playback.under_way(), std::vector<call::Playback::Id>{3});
    EXPECT_EQ(found->resumed, 0);
    EXPECT_EQ(found->trace, trace);
    if (!found->past) FAIL() << "so is what it was";
    EXPECT_EQ(found->past->seq, 3U);
    EXPECT_EQ(found->past->from, "+15551234567");
    EXPECT_EQ(found->past->transcript.size(), 1U);
    EXPECT_FALSE(find("CA2"));
    EXPECT_EQ(select("SELECT count(*) FROM calls WHERE ended IS NULL"), 0);

    caller.starts();
    settle(history);
    caller.ends("shutdown");
    settle(history);
    EXPECT_EQ(find().value_or(hub::HeldCall{}).resumed, 1);
    EXPECT_EQ(select("SELECT count(*) FROM calls"), 1);
}

TEST_F(BrokenCalls, are_those_that_did_not_end_and_no_others)
{
    History history{options(), metrics};
    for (const std::string reason : {"hung_up", "internal_error", "connection_lost", "shutdown"}) {
        Caller{history, reason, now() - 20s}.starts().ends(reason);
        history.remember(reason, Line{1, Role::user, 1, "late", std::nullopt});
    }
    settle(history);
    EXPECT_FALSE(find("hung_up"));
    EXPECT_FALSE(find("internal_error"));
    EXPECT_TRUE(find("connection_lost"));
    EXPECT_TRUE(find("shutdown"));
    EXPECT_EQ(select("SELECT count(*) FROM dialogue"), 2) << "of calls that have ended nothing";
}

TEST_F(BrokenCalls, are_forgotten_after_some_minutes)
{
    History history{options(), metrics};
    Caller{history, "CA-old", now() - hub::resumable_for - 10s}.starts().ends("connection_lost");
    Caller{history, "CA-older", now() - 3h}.starts().ends("connection_lost");
    history.remember("CA-old", Line{1, Role::user, 1, "go", std::nullopt});
    history.remember("CA-older", Line{1, Role::user, 1, "go", std::nullopt});
    settle(history);
    EXPECT_FALSE(find("CA-old"));
    EXPECT_FALSE(find("CA-older"));
}

TEST_F(BrokenCalls, are_kept_for_an_hour_whatever_the_wall_clock_says)
{
    History history{options(), metrics};
    Caller back{history, "CA-back", now() - 365 * 24h};
    back.starts().ends("connection_lost");
    Caller{history, "CA-ahead", now() + 365 * 24h}.starts().ends("connection_lost");
    for (const char* call_sid : {"CA-back", "CA-ahead"})
        history.remember(call_sid, Line{1, Role::user, 1, "go", std::nullopt});
    settle(history);
    const auto dialogues = [this] { return select("SELECT count(*) FROM dialogue"); };

    auto database = connect();
    const auto began = std::chrono::steady_clock::now();
    BrokenCallsSweep sweep;
    sweep.run(database, began);
    sweep.run(database, began + BrokenCallsSweep::keep - 1s);
    EXPECT_EQ(dialogues(), 2);
    back.starts();
    settle(history);
    sweep.run(database, began + BrokenCallsSweep::keep);
    EXPECT_EQ(dialogues(), 1) << "one of them goes on";
    back.ends("shutdown");
    settle(history);
    sweep.run(database, began + BrokenCallsSweep::keep + 1min);
    EXPECT_EQ(dialogues(), 1) << "it has broken off just now";
    sweep.run(database, began + 2 * BrokenCallsSweep::keep + 1min);
    EXPECT_EQ(dialogues(), 0);
}

TEST_F(BrokenCalls, are_found_by_their_own_clock_when_the_wall_clock_was_set_since_they_began)
{
    History history{options(), metrics};
    const auto steady = std::chrono::steady_clock::now();
    for (const auto ahead : {365 * 24h, -365 * 24h}) {
        const std::string call_sid = ahead > 0s ? "CA-ahead" : "CA-back";
        const CallClock clock{now() + ahead, steady};
        Caller{history, call_sid, clock.at(steady) - 20s, clock}.starts().ends("connection_lost");
        Caller{history, call_sid + "-old", clock.at(steady) - 20min, clock}.starts().ends(
            "connection_lost");
    }
    settle(history);
    EXPECT_TRUE(find("CA-ahead"));
    EXPECT_TRUE(find("CA-back"));
    EXPECT_FALSE(find("CA-ahead-old"));
    EXPECT_FALSE(find("CA-back-old"));
}

TEST_F(BrokenCalls, are_found_by_the_wall_clock_when_the_machine_was_started_anew)
{
    History history{options(), metrics};
    // Its steady clock had come further than it is now.
    const CallClock clock{now() - 48h, std::chrono::steady_clock::now()};
    Caller{history, "CA1", now() - 20s, clock}.starts().ends("connection_lost");
    Caller{history, "CA-old", now() - 20min, clock}.starts().ends("connection_lost");
    settle(history);
    EXPECT_TRUE(find("CA1"));
    EXPECT_FALSE(find("CA-old"));
}

TEST_F(BrokenCalls, are_found_as_long_after_their_process_as_after_their_last_words)
{
    lose_a_process_in_a_call(now() - 2h);  // and two hours of music since
    const auto found = find();
    if (!found) FAIL() << "it is known";
    EXPECT_THAT(heard(*found), ElementsAre("Welcome.", "go", "One two."));
    EXPECT_GT(found->past.value_or(api::CallState{}).seq, 100U) << "it had events that nobody kept";

    const History history{options(), metrics};
    ASSERT_TRUE(comes_true([&] { return select("SELECT count(outcome) FROM calls") == 1; }));
    EXPECT_TRUE(find()) << "it is closed as lost, and can be opened again";
    connect().execute("UPDATE processes SET ended = ended - 600000 WHERE ended > 0");
    EXPECT_FALSE(find());
}

TEST_F(BrokenCalls, are_counted_and_numbered_on_behind_their_last_line)
{
    crash(another_process([&] {
        auto history = std::make_unique<History>(options(), metrics);
        Caller caller{*history, "CA1", now() - 10s};
        caller.starts();
        talk(*history);
        for (int turn = 1; turn <= 3000; ++turn) caller.says("go");
        settle(*history);
        return history;
    }));
    const auto found = find();
    if (!found || !found->past) FAIL() << "it is known";
    EXPECT_EQ(found->past->metrics.transcript_count, 3000U);
    EXPECT_GT(found->past->seq, 3001U);
}

TEST_F(BrokenCalls, are_not_found_once_their_process_is_long_gone)
{
    lose_a_process_in_a_call(now() - 1h);
    for (const auto& lock : std::filesystem::directory_iterator{directory.path() / "processes"}) {
        std::filesystem::last_write_time(lock,
                                         std::filesystem::file_time_type::clock::now() - 10min);
    }
    EXPECT_FALSE(find());
}

TEST_F(BrokenCalls, of_another_process_that_lives_are_taken_from_it)
{
    auto older = std::make_unique<History>(options(), metrics);
    Caller there{*older, "CA1", now() - 1h};
    there.starts().says("go");
    talk(*older);
    settle(*older);
    const auto found = find();
    if (!found) FAIL() << "its socket may have broken unnoticed";
    EXPECT_THAT(heard(*found), ElementsAre("Welcome.", "go", "One two."));

    History newer{options(), metrics};
    newer.record({.call_sid = "CA1", .seq = 2000, .timestamp = now()}, call::CallStarted{});
    settle(newer);
    // Now it notices, too.
    there.ends("connection_lost");
    older->remember("CA1", Line{3, Role::assistant, 1, "late", std::nullopt});
    older->remember("CA1", Line{3, Role::assistant, 1, std::nullopt, 2});
    settle(*older);
    older.reset();
    EXPECT_EQ(select("SELECT count(*) FROM calls WHERE ended IS NULL"), 1);
    EXPECT_EQ(select("SELECT seq FROM calls"), 2000);
    EXPECT_EQ(select("SELECT count(*) FROM dialogue WHERE text = 'late' OR heard = 2"), 0);
}

TEST_F(BrokenCalls, are_none_that_were_placed_and_not_answered_yet)
{
    History older{options(), metrics};
    Caller{older, "CA1", now()}
        .tells(call::CallStarted{.progress = call::Progress::dialing})
        .tells(call::CallStarted{.progress = call::Progress::ringing});
    settle(older);
    EXPECT_FALSE(find());
    EXPECT_EQ(select("SELECT resumptions FROM calls"), 0);
}

TEST_F(BrokenCalls, of_this_process_are_no_matter_of_the_history_while_they_go_on)
{
    History history{options(), metrics};
    Caller{history, "CA1", now()}.starts().says("go");
    settle(history);
    EXPECT_EQ(select("SELECT count(*) FROM calls WHERE ended IS NULL"), 1);
    bool found = true;
    test::run_io(io, [](History& asked, bool& answer) -> async::awaitable<void> {
        answer = (co_await asked.broken_call("CA1")).has_value();
    }(history, found));
    EXPECT_FALSE(found);
}

TEST_F(BrokenCalls, that_had_come_to_their_end_tell_of_it)
{
    const auto parting = [this](const std::string& call_sid) -> std::string {
        const auto found = find(call_sid);
        if (!found || !found->memory.parting) return "none";
        const auto* to = std::get_if<call::TransferCall>(&found->memory.parting->how);
        return to == nullptr ? "hang up" : to->target;
    };
    using call::CommandExecuted;
    History history{options(), metrics};
    const auto began = now() - 20s;
    Caller{history, "CA-model", began}
        .starts()
        .tells(CommandExecuted{"transfer", "+1555"})
        .ends("transfer");
    Caller{history, "CA-ended", began}
        .starts()
        .tells(CommandExecuted{"end_call", ""})
        .ends("end_call");
    Caller{history, "CA-supervisor", began}.starts().ends("transfer");
    test::run_io(io,
                 history.audit({.call_sid = "CA-supervisor",
                                .at = began + 1s,
                                .action = "transfer",
                                .value = "+1556",
                                .outcome = "accepted"},
                               10s));
    Caller{history, "CA-cut", began}.starts().says("bye").tells(
        CommandExecuted{"transfer", "+1557"});
    Caller{history, "CA-not-yet", began}
        .starts()
        .tells(CommandExecuted{"transfer", "+1558"})
        .says("It did not work");
    history.remember("CA-not-yet", Line{1, Role::user, 1, "It did not work", std::nullopt});
    settle(history);
    EXPECT_EQ(parting("CA-model"), "+1555");
    EXPECT_EQ(parting("CA-ended"), "hang up");
    EXPECT_EQ(parting("CA-supervisor"), "+1556");
    EXPECT_EQ(parting("CA-cut"), "+1557");
    EXPECT_EQ(parting("CA-not-yet"), "none");
    EXPECT_TRUE(find("CA-not-yet").value_or(hub::HeldCall{}).past);
    EXPECT_TRUE(find("CA-cut").value_or(hub::HeldCall{}).past);
    EXPECT_FALSE(find("CA-model").value_or(hub::HeldCall{}).past) << "what comes now is new";
}

}  // namespace
}  // namespace phony::store
