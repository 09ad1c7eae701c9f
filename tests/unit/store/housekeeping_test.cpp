#include "store/housekeeping.hpp"

#include "store/process_lock.hpp"
#include "store_fixture.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include <memory>

#include <unistd.h>

namespace phony::store {
namespace {

class Housekeeping : public Store {
protected:
    std::int64_t count(const std::string& what) const
    {
        return select("SELECT count(*) FROM " + what);
    }

    /// Another process, in the middle of a call.
    pid_t another_process_with(const std::string& call_sid)
    {
        return another_process([&] {
            auto history = std::make_unique<History>(options(), metrics);
            Caller{*history, call_sid}.starts().says("Hello?");
            test::run_io(io, history->audit({.call_sid = call_sid, .at = new_year + 5s}, 10s));
            return history;
        });
    }
};

TEST_F(Housekeeping, closes_the_calls_of_a_process_that_is_gone_and_of_no_other)
{
    const auto one = another_process_with("CA-cut");
    const auto other = another_process_with("CA-cut-too");
    crash(one);
    EXPECT_EQ(count("calls WHERE ended IS NULL"), 2);
    const auto locks = directory.path() / "processes";
    EXPECT_FALSE(std::filesystem::is_empty(locks));

    // Two processes at once on one directory, as when one drains while its successor starts.
    auto draining = std::make_unique<History>(options(), metrics);
    EXPECT_TRUE(comes_true([&] { return count("calls WHERE outcome = 'lost'") == 1; }));
    const auto call = ask_call(*draining, "CA-cut");
    EXPECT_EQ(call.at("state"), "ended");
    EXPECT_EQ(call.at("endReason"), "lost");
    EXPECT_EQ(call.at("endedAt"), "2024-01-01T00:00:05.000Z");  // the last that is known of it
    EXPECT_EQ(call.at("metrics").at("call_duration_seconds"), 5);
    EXPECT_EQ(call.at("metrics").at("transcript_count"), 1);
    EXPECT_EQ(call.at("transcript").as_array().size(), 1U);

    Caller caller{*draining, "CA-draining"};
    caller.starts();
    EXPECT_TRUE(comes_true([&] { return count("calls") == 3; }));
    EXPECT_EQ(count("calls WHERE outcome = 'lost'"), 1);
    crash(other);
    History successor{options(), metrics};
    EXPECT_TRUE(comes_true([&] { return count("calls WHERE outcome = 'lost'") == 2; }));
    EXPECT_EQ(count("calls WHERE ended IS NULL AND call_sid = 'CA-draining'"), 1);
    caller.ends();
    draining.reset();
    EXPECT_EQ(count("calls WHERE ended IS NULL"), 0);
    EXPECT_EQ(count("processes WHERE ended IS NULL"), 1);
    successor.stop();
    EXPECT_EQ(count("processes WHERE ended IS NULL"), 0);
}

TEST_F(Housekeeping, leaves_no_locks_behind)
{
    crash(another_process_with("CA1"));
    {
        const History history{options(), metrics};
        EXPECT_TRUE(comes_true([&] { return count("calls WHERE ended IS NULL") == 0; }));
    }
    EXPECT_TRUE(std::filesystem::is_empty(directory.path() / "processes"));
}

TEST_F(Housekeeping, knows_whether_a_process_lives)
{
    std::string boot_id;
    {
        const ProcessLock lock{directory.path()};
        boot_id = lock.boot_id();
        EXPECT_EQ(boot_id.size(), 32U);
        EXPECT_FALSE(is_gone(directory.path(), boot_id));
        EXPECT_NE(ProcessLock{directory.path()}.boot_id(), boot_id);
    }
    EXPECT_TRUE(is_gone(directory.path(), boot_id));
}

TEST_F(Housekeeping, removes_old_calls_with_all_that_belongs_to_them)
{
    const auto now = std::chrono::system_clock::now();
    {
        History history{options(), metrics};
        for (int i = 0; i < 250; ++i) {
            Caller{history, "CA-old" + std::to_string(i), now - 72h}
                .starts()
                .says("ancient words")
                .tells(call::CommandExecuted{"press", "1"})
                .tells(call::Dtmf{'1'})
                .tells(call::Latency{.turn = 1})
                .ends();
        }
        Caller{history, "CA-young", now - 1h}.starts().says("young words").ends();
        Caller{history, "CA-open", now - 72h}.starts().says("open words");
        test::run_io(io, history.audit({.call_sid = "CA-old1", .at = now - 72h}, 10s));
        test::run_io(io, history.audit({.call_sid = "CA-never", .at = now - 72h}, 10s));
        test::run_io(io, history.audit({.call_sid = "CA-never", .at = now}, 10s));
        EXPECT_EQ(count("calls"), 252);

        auto keeping = options();
        keeping.keep = std::chrono::days{2};
        keeping.housekeeping = 1ms;
        History sweeper{keeping, metrics};
        EXPECT_TRUE(comes_true([&] { return count("calls") == 2; }));
        EXPECT_TRUE(comes_true([&] { return count("overrides") == 1; }));
        EXPECT_EQ(count("calls WHERE call_sid IN ('CA-young', 'CA-open')"), 2);
        EXPECT_EQ(count("transcript"), 2);
        EXPECT_EQ(count("commands") + count("keys") + count("latencies"), 0);
        EXPECT_EQ(ask(sweeper, "text=ancient").at("calls").as_array().size(), 0U);
        EXPECT_EQ(ask(sweeper, "text=young").at("calls").as_array().size(), 1U);
    }
    auto database = connect();
    database.execute("INSERT INTO transcript_text(transcript_text) VALUES ('integrity-check')");
}

TEST_F(Housekeeping, removes_calls_that_were_written_down_when_the_clock_was_ahead)
{
    const auto now = std::chrono::system_clock::now();
    {
        History history{options(), metrics};
        Caller{history, "CA-before", now - 73h}.starts().ends();
        Caller{history, "CA-ahead", now + 365 * 24h}.starts().ends();
        Caller{history, "CA-after", now - 71h}.starts().ends();
        Caller{history, "CA-ahead-too", now + 365 * 24h}.starts().ends();
        Caller{history, "CA-today", now - 1h}.starts().ends();
        test::run_io(io, history.audit({.call_sid = "CA-never", .at = now + 365 * 24h}, 10s));
        test::run_io(io, history.audit({.call_sid = "CA-never", .at = now - 72h}, 10s));
    }
    auto database = connect();
    const auto span = span_of(database).value_or(Span{});
    EXPECT_EQ(span.oldest, std::chrono::floor<std::chrono::milliseconds>(now - 73h));
    EXPECT_EQ(span.newest, std::chrono::floor<std::chrono::milliseconds>(now + 365 * 24h));
    EXPECT_FALSE(prune(database, now - 72h - 1s, now));
    EXPECT_EQ(count("calls"), 4) << "nothing that was written later has gone yet";
    EXPECT_EQ(count("overrides"), 2);
    EXPECT_FALSE(prune(database, now - 48h, now));
    EXPECT_EQ(count("calls WHERE call_sid IN ('CA-ahead-too', 'CA-today')"), 2);
    EXPECT_EQ(count("calls"), 2);
    EXPECT_EQ(count("overrides"), 0);
    // A clock that is set back makes every call one of the future.
    EXPECT_FALSE(prune(database, now - 365 * 24h - 48h, now - 365 * 24h));
    EXPECT_FALSE(prune(database, WallTime{} - 48h, WallTime{}));
    EXPECT_EQ(count("calls"), 2);
}

TEST_F(Housekeeping, keeps_everything_when_it_is_told_to)
{
    {
        History history{options(), metrics};
        Caller{history, "CA1", WallTime{}}.starts().ends();
    }
    {
        const History history{options(), metrics};
    }
    EXPECT_EQ(count("calls"), 1);
}

}  // namespace
}  // namespace phony::store
