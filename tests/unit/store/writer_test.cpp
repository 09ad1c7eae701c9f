#include "store/writer.hpp"

#include "store_fixture.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace phony::store {
namespace {

class HistoryWriter : public Store {
protected:
    std::int64_t lines() const { return select("SELECT count(*) FROM transcript"); }
    bool in_trouble() { return metric("phony_history_writable") == 0; }
};

TEST_F(HistoryWriter, commits_what_nobody_waits_for_within_a_moment)
{
    History history{options(), metrics};
    Caller{history, "CA1"}.starts().says("Hello");
    EXPECT_TRUE(comes_true([&] { return lines() == 1; }));
    EXPECT_TRUE(comes_true([&] { return metric("phony_history_queue_depth") == 0; }));
    EXPECT_EQ(metric("phony_history_writable"), 1);
}

TEST_F(HistoryWriter, writes_all_that_it_was_given_before_it_stops)
{
    {
        History history{options(), metrics};
        Caller caller{history, "CA1"};
        caller.starts();
        for (int i = 0; i < 5000; ++i) caller.says("line");
    }
    EXPECT_EQ(lines(), 5000);
    EXPECT_EQ(select("SELECT count(*) FROM processes WHERE ended IS NOT NULL"), 1);
}

TEST_F(HistoryWriter, loses_none_of_100000_events_from_many_threads)
{
    constexpr int threads = 4;
    constexpr int calls_of_a_thread = 25;
    constexpr int rounds = 250;  // of four events each
    {
        History history{options(), metrics};
        std::vector<std::thread> cores;
        cores.reserve(threads);
        for (int thread = 0; thread < threads; ++thread) {
            cores.emplace_back([&history, thread] {
                std::vector<Caller> calls;
                calls.reserve(calls_of_a_thread);
                for (int i = 0; i < calls_of_a_thread; ++i) {
                    const int number = thread * calls_of_a_thread + i;
                    calls.emplace_back(history, "CA" + std::to_string(number));
                    calls.back().starts();  // and so a bit more than 100,000 events
                }
                for (int round = 0; round < rounds; ++round) {
                    for (Caller& call : calls) {
                        call.says("word " + std::to_string(round))
                            .tells(call::Dtmf{'1'})
                            .tells(call::CommandExecuted{"press", "1"})
                            .tells(call::Latency{.turn = 1});
                    }
                }
                for (Caller& call : calls) call.ends();
            });
        }
        for (auto& core : cores) core.join();
    }
    EXPECT_EQ(metric("phony_history_dropped_total"), 0);
    auto database = connect();
    constexpr int of_each_kind = threads * calls_of_a_thread * rounds;
    EXPECT_EQ(database.integer("SELECT count(*) FROM calls WHERE ended IS NOT NULL"), 100);
    for (const std::string table : {"transcript", "keys", "commands", "latencies"}) {
        EXPECT_EQ(
            database.integer("SELECT count(*) FROM (SELECT DISTINCT call, seq FROM " + table + ")"),
            of_each_kind);
    }
    EXPECT_EQ(database.integer("SELECT sum(transcript_count) FROM calls"), of_each_kind);
    Statement check{database, "PRAGMA integrity_check"};
    ASSERT_TRUE(check.next());
    EXPECT_EQ(check.text(0), "ok");
    check.reset();
    database.execute("INSERT INTO transcript_text(transcript_text) VALUES ('integrity-check')");
}

TEST_F(HistoryWriter, waits_for_another_process_that_holds_the_lock)
{
    History history{options(), metrics};
    Caller caller{history, "CA1"};
    caller.starts();
    ASSERT_TRUE(comes_true([&] { return select("SELECT count(*) FROM calls") == 1; }));
    {
        auto other = connect();
        other.execute("BEGIN EXCLUSIVE");
        caller.says("Hello");
        EXPECT_TRUE(comes_true([&] { return in_trouble() && !history.writable(); }));
        EXPECT_GE(metric("phony_history_errors_total"), 1);
        EXPECT_GE(metric("phony_history_queue_depth"), 1);
        caller.says("is anyone there?").ends();
        other.execute("ROLLBACK");
    }
    EXPECT_TRUE(comes_true([&] { return !in_trouble() && lines() == 2; }));
    EXPECT_TRUE(comes_true([&] { return history.writable(); }));
    EXPECT_EQ(metric("phony_history_dropped_total"), 0);
}

TEST_F(HistoryWriter, waits_for_room_on_a_full_disk)
{
    open_to_write(directory.path(), 1s)
        ->execute("CREATE TABLE ballast AS SELECT randomblob(2000000) AS weight");
    auto full = options();
    full.most_pages = select("PRAGMA page_count") + 5;
    full.first_pause = 5ms;
    History history{full, metrics};
    Caller caller{history, "CA1"};
    caller.starts();
    for (int i = 0; i < 100; ++i) caller.says(std::string(1000, 'x') + std::to_string(i));
    EXPECT_TRUE(comes_true([&] { return in_trouble(); }));
    EXPECT_EQ(metric("phony_history_dropped_total"), 0);

    // It can still be read.
    EXPECT_TRUE(ask(history, "").is_object());

    connect().execute("DELETE FROM ballast");
    EXPECT_TRUE(comes_true([&] { return !in_trouble() && lines() == 100; }));
    EXPECT_EQ(metric("phony_history_dropped_total"), 0);
}

TEST_F(HistoryWriter, drops_and_counts_what_its_memory_does_not_hold)
{
    auto narrow = options();
    narrow.queue_bytes = 100 * sizeof(Record);
    narrow.longest_pause = 10ms;
    History history{narrow, metrics};
    Caller caller{history, "CA1"};
    caller.starts();
    ASSERT_TRUE(comes_true([&] { return select("SELECT count(*) FROM calls") == 1; }));
    auto other = connect();
    other.execute("BEGIN EXCLUSIVE");
    for (int i = 0; i < 1000; ++i) caller.tells(call::Dtmf{'1'});
    const auto dropped = metric("phony_history_dropped_total");
    EXPECT_GE(dropped, 900);
    other.execute("ROLLBACK");

    // Then it goes on, and the call is not the worse for it.
    EXPECT_TRUE(comes_true([&] { return metric("phony_history_queue_depth") == 0; }));
    caller.ends();
    EXPECT_TRUE(
        comes_true([&] { return select("SELECT count(*) FROM calls WHERE ended > 0") == 1; }));
    EXPECT_EQ(select("SELECT count(*) FROM keys") + static_cast<std::int64_t>(dropped), 1000);
}

TEST_F(HistoryWriter, keeps_a_call_whose_beginning_was_lost)
{
    {
        History history{options(), metrics};
        Caller{history, "CA1"}.says("Hello").ends();
    }
    EXPECT_EQ(select("SELECT count(*) FROM calls WHERE ended IS NOT NULL AND from_number = ''"), 1);
    EXPECT_EQ(lines(), 1);
}

TEST_F(HistoryWriter, leaves_an_audit_that_cannot_be_written_in_time_to_be_written_later)
{
    History history{options(), metrics};
    ASSERT_TRUE(comes_true([&] { return select("SELECT count(*) FROM processes") == 1; }));
    auto other = connect();
    other.execute("BEGIN EXCLUSIVE");
    test::run_io(io, history.audit({.call_sid = "CA1", .outcome = "accepted"}, 1ms));
    EXPECT_EQ(other.integer("SELECT count(*) FROM overrides"), 0);
    other.execute("ROLLBACK");
    EXPECT_TRUE(comes_true([&] { return select("SELECT count(*) FROM overrides") == 1; }));
}

TEST_F(HistoryWriter, does_not_keep_the_program_from_ending_when_the_disk_fails)
{
    auto hurried = options();
    hurried.farewell = 50ms;
    hurried.first_pause = 5ms;
    auto history = std::make_unique<History>(hurried, metrics);
    ASSERT_TRUE(comes_true([&] { return select("SELECT count(*) FROM processes") == 1; }));
    auto other = connect();
    other.execute("BEGIN EXCLUSIVE");
    Caller{*history, "CA1"}.starts().says("Hello");
    history.reset();
    EXPECT_EQ(metric("phony_history_dropped_total"), 2);
    other.execute("ROLLBACK");
}

TEST_F(HistoryWriter, does_not_start_where_it_cannot_write)
{
    auto nowhere = options();
    nowhere.directory = directory.path() / "file" / "data";
    std::ofstream{directory.path() / "file"} << "in the way";
    EXPECT_THAT([&] { History(nowhere, metrics); },
                testing::ThrowsMessage<std::runtime_error>(testing::HasSubstr("PHONY_DATA_DIR")));
}

}  // namespace
}  // namespace phony::store
