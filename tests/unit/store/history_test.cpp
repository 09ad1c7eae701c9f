#include "store/history.hpp"

#include "store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace phony::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
namespace tree = boost::json;

class PastCalls : public Store {
protected:
    static std::vector<std::string> sids(const tree::value& page)
    {
        std::vector<std::string> found;
        for (const auto& call : page.at("calls").as_array())
            found.emplace_back(call.at("callSid").as_string());
        return found;
    }

    /// All that was recorded is on the disk.
    void settle(History& history)
    {
        test::run_io(io, history.audit({.call_sid = "CA-settled"}, 10s));
    }
};

TEST_F(PastCalls, are_told_as_they_went)
{
    History history{options(), metrics};
    Caller{history, "CA1"}
        .starts()
        .says("Hello")
        .hears(1, "Hi! How can I help?")
        .tells(call::AssistantToken{1, "not kept"})
        .tells(call::Transcript{"not fin", false})
        .tells(call::CommandExecuted{"press", "12#"})
        .tells(call::CommandRejected{"transfer", "+1", "not_e164"})
        .tells(call::SupervisorOverride{"text", "Hello from Ann", "ann"})
        .tells(call::Dtmf{'#'})
        .tells(call::Latency{.turn = 1,
                             .gpt_first_token_ms = 214.5,
                             .failed = true,
                             .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
                             .request_id = "req_1"})
        .tells(call::CallError{"OPENAI_ERROR", "timeout"})
        .ends("end_call");
    settle(history);

    const auto call = ask_call(history, "CA1").as_object();
    EXPECT_EQ(call.at("state"), "ended");
    EXPECT_EQ(call.at("from"), "+15551234567");
    EXPECT_EQ(call.at("to"), "+18578167225");
    EXPECT_EQ(call.at("direction"), "inbound");
    EXPECT_EQ(call.at("startedAt"), "2024-01-01T00:00:00.000Z");
    EXPECT_EQ(call.at("endedAt"), "2024-01-01T00:00:11.000Z");
    EXPECT_EQ(call.at("endReason"), "end_call");
    EXPECT_EQ(call.at("errors"), 1);
    EXPECT_EQ(call.at("lastCallerText"), "Hello");
    EXPECT_EQ(call.at("metrics"), tree::parse(R"({"call_duration_seconds":11,"transcript_count":1,
                                                  "command_count":1,"override_count":1})"));
    const auto& lines = call.at("transcript").as_array();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].at("speaker"), "caller");
    EXPECT_EQ(lines[0].at("text"), "Hello");
    EXPECT_EQ(lines[1].at("speaker"), "assistant");
    EXPECT_EQ(lines[2].at("speaker"), "supervisor");
    EXPECT_EQ(lines[2].at("text"), "Hello from Ann");
    EXPECT_EQ(call.at("commands").at(0).at("value"), "12#");
    EXPECT_TRUE(call.at("commands").at(0).at("rejected").is_null());
    EXPECT_EQ(call.at("commands").at(1).at("rejected"), "not_e164");
    EXPECT_EQ(call.at("keys").at(0).at("digit"), "#");
    EXPECT_EQ(call.at("latencies").at(0).at("gpt_first_token_ms"), 214.5);
    EXPECT_EQ(call.at("latencies").at(0).at("traceId"), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(call.at("latencies").at(0).at("requestId"), "req_1");
    EXPECT_EQ(call.at("latency").at("failed"), true);
}

TEST_F(PastCalls, hold_what_was_heard_of_speech_that_was_cut)
{
    History history{options(), metrics};
    Caller{history, "CA1"}
        .starts()
        .hears(1, "One two three four")
        .tells(call::SpeechInterrupted{1, "One two"})  // complete, but still being played
        .tells(call::SpeechInterrupted{2, "And so"})   // cut before it was complete
        .tells(call::SpeechInterrupted{3, ""})         // before a word of it was heard
        .tells(call::SpeechInterrupted{4, "", call::SpeechInterrupted::By::newer_speech})
        .ends();
    settle(history);
    const auto call = ask_call(history, "CA1");
    EXPECT_EQ(call.at("interruptions"), 3);
    const auto& lines = call.at("transcript").as_array();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].at("text"), "One two");
    EXPECT_EQ(lines[0].at("interrupted"), true);
    EXPECT_EQ(lines[1].at("text"), "And so");
    EXPECT_THAT(sids(ask(history, "text=three")), IsEmpty());
    EXPECT_THAT(sids(ask(history, "text=two")), ElementsAre("CA1"));
}

TEST_F(PastCalls, that_were_resumed_are_one_and_that_begin_anew_are_two)
{
    History history{options(), metrics};
    Caller caller{history, "CA1"};
    caller.starts().says("one").ends("connection_lost");
    caller.starts().says("two").ends("hung_up");
    settle(history);
    EXPECT_EQ(select("SELECT count(*) FROM calls"), 1);
    auto call = ask_call(history, "CA1");
    EXPECT_EQ(call.at("endReason"), "hung_up");
    EXPECT_EQ(call.at("transcript").as_array().size(), 2U);
    EXPECT_EQ(call.at("metrics").at("call_duration_seconds"), 5);

    Caller{history, "CA1", new_year + 1h}.starts().says("three").ends();
    settle(history);
    EXPECT_EQ(select("SELECT max(session) FROM calls"), 2);
    call = ask_call(history, "CA1");
    EXPECT_EQ(call.at("transcript").as_array().size(), 1U);
    EXPECT_THAT(sids(ask(history, "")), ElementsAre("CA1", "CA1"));
}

TEST_F(PastCalls, that_we_placed_last_from_their_answer_on)
{
    History history{options(), metrics};
    const auto note =
        [&](const std::string& call_sid, std::uint64_t seq, Duration at, const call::Event& event) {
            history.record({call_sid, seq, new_year + at}, event);
        };
    const auto placed = [](call::Progress progress) {
        return call::CallStarted{.from = "+18578167225",
                                 .to = "+15551234567",
                                 .direction = "outbound-api",
                                 .progress = progress};
    };
    note("CA1", 1, 0s, placed(call::Progress::dialing));
    note("CA1", 2, 5s, placed(call::Progress::ringing));
    note("CA1", 3, 20s, placed(call::Progress::connected));
    note("CA1", 4, 30s, call::CallEnded{"connection_lost", {}});
    note("CA1", 5, 32s, placed(call::Progress::connected));
    note("CA1", 6, 40s, call::CallEnded{"hung_up", {}});
    note("CA2", 1, 0s, placed(call::Progress::dialing));
    note("CA2", 2, 60s, call::CallEnded{"no_answer", {}, false});
    settle(history);

    auto call = ask_call(history, "CA1");
    EXPECT_EQ(call.at("direction"), "outbound-api");
    EXPECT_EQ(call.at("startedAt"), "2024-01-01T00:00:20.000Z");
    EXPECT_EQ(call.at("metrics").at("call_duration_seconds"), 20);
    call = ask_call(history, "CA2");
    EXPECT_EQ(call.at("endReason"), "no_answer");
    EXPECT_EQ(call.at("startedAt"), "2024-01-01T00:00:00.000Z");
    EXPECT_EQ(call.at("metrics").at("call_duration_seconds"), 0);
}

TEST_F(PastCalls, name_every_attempt_of_a_supervisor)
{
    History history{options(), metrics};
    Caller caller{history, "CA1"};
    caller.starts();
    test::run_io(io,
                 history.audit({.call_sid = "CA1",
                                .at = new_year + 1s,
                                .supervisor = "ann",
                                .peer = "10.0.0.7",
                                .action = "transfer",
                                .value = "+15559999999",
                                .outcome = "INVALID_REQUEST",
                                .reason = "a second transfer"},
                               10s));
    // It was waited for, so it is there.
    EXPECT_EQ(select("SELECT count(*) FROM overrides WHERE call IS NOT NULL"), 1);
    test::run_io(io, history.audit({.call_sid = "CA2", .outcome = "CALL_NOT_FOUND"}, 10s));
    EXPECT_EQ(select("SELECT count(*) FROM overrides WHERE call IS NULL"), 1);

    const auto attempt = ask_call(history, "CA1").at("overrides").at(0);
    EXPECT_EQ(attempt, tree::parse(R"({"timestamp":"2024-01-01T00:00:01.000Z","supervisor":"ann",
        "peer":"10.0.0.7","action":"transfer","value":"+15559999999","outcome":"INVALID_REQUEST",
        "reason":"a second transfer"})"));
}

TEST_F(PastCalls, that_are_on_the_line_are_told_from_their_state)
{
    History history{options(), metrics};
    Caller{history, "CA1"}.starts().tells(call::CommandExecuted{"press", "1"});
    settle(history);
    api::CallState live;
    live.call_sid = "CA1";
    live.last_caller_text = "live";
    auto call = ask_call(history, "CA1", live);
    EXPECT_EQ(call.at("state"), "active");
    EXPECT_EQ(call.at("lastCallerText"), "live");
    EXPECT_EQ(call.at("commands").as_array().size(), 1U);

    // Before anything of it was written, and after: it is no past call yet.
    EXPECT_EQ(ask_call(history, "CA2", live).at("commands").as_array().size(), 0U);
    EXPECT_TRUE(ask_call(history, "CA3").is_null());
    EXPECT_THAT(sids(ask(history, "")), IsEmpty());
}

TEST_F(PastCalls, are_found_by_time_number_and_words)
{
    History history{options(), metrics};
    Caller{history, "CA1", new_year}.starts("+15551234567").says("I want a refund").ends();
    Caller{history, "CA2", new_year + 24h}.starts("sip:+49-30/1234@x").says("Überraschung!").ends();
    Caller{history, "CA3", new_year + 48h}.starts("anonymous").hears(1, "A refund today?").ends();
    settle(history);

    EXPECT_THAT(sids(ask(history, "")), ElementsAre("CA3", "CA2", "CA1"));
    EXPECT_THAT(sids(ask(history, "from=2024-01-02")), ElementsAre("CA3", "CA2"));
    EXPECT_THAT(sids(ask(history, "to=2024-01-03")), ElementsAre("CA2", "CA1"));
    EXPECT_THAT(sids(ask(history, "from=2024-01-02&to=2024-01-03")), ElementsAre("CA2"));
    EXPECT_THAT(sids(ask(history, "number=555+123")), ElementsAre("CA1"));
    EXPECT_THAT(sids(ask(history, "number=49301234")), ElementsAre("CA2"));
    EXPECT_THAT(sids(ask(history, "number=18578167225")), ElementsAre("CA3", "CA2", "CA1"));
    EXPECT_THAT(sids(ask(history, "text=REFUND")), ElementsAre("CA3", "CA1"));
    EXPECT_THAT(sids(ask(history, "text=today+refu")), ElementsAre("CA3"));
    EXPECT_THAT(sids(ask(history, "text=uberrasch")), ElementsAre("CA2"));
    EXPECT_THAT(sids(ask(history, "text=refund&number=555&to=2024-01-02")), ElementsAre("CA1"));
    EXPECT_THAT(sids(ask(history, "text=fund")), IsEmpty());
}

TEST_F(PastCalls, have_each_of_their_words_in_the_index_once)
{
    const auto indexed = [this] {
        connect().execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5vocab(transcript_text, instance)");
        return select("SELECT count(*) FROM terms");
    };
    History history{options(), metrics};
    Caller caller{history, "CA1"};
    caller.starts().says("one two").hears(1, "three four five");
    caller.tells(call::SpeechInterrupted{1, "three"});
    settle(history);
    EXPECT_EQ(indexed(), 0) << "a call on the line is not searched for";

    caller.ends("connection_lost");
    settle(history);
    EXPECT_EQ(indexed(), 3);

    caller.starts().says("six");
    settle(history);
    EXPECT_EQ(indexed(), 0) << "it has been resumed";
    caller.ends();
    settle(history);
    EXPECT_EQ(indexed(), 4);

    caller.says("late").tells(call::SpeechInterrupted{1, "nothing at all"});
    settle(history);
    EXPECT_EQ(indexed(), 7) << "what comes behind the end is kept, too";
    connect().execute("DELETE FROM transcript WHERE text = 'late'");
    EXPECT_EQ(indexed(), 6);
    connect().execute("PRAGMA foreign_keys = ON; DELETE FROM calls");
    EXPECT_EQ(select("SELECT count(*) FROM transcript"), 0);
    EXPECT_EQ(indexed(), 0);
}

TEST_F(PastCalls, are_found_or_not_by_whatever_is_typed)
{
    History history{options(), metrics};
    Caller{history, "CA1"}.starts().says(R"(He said "NOT" or 'x'; -- 100% sure: a*b)").ends();
    settle(history);
    for (const auto* text : {"\"",
                             "%22NOT%22",
                             "NOT",
                             "'x'",
                             "a*b",
                             "100%25",
                             "--",
                             "(",
                             "a:",
                             "NEAR(",
                             "%E2%82%AC",
                             "^",
                             "%00a",
                             "-",
                             "\"\"\"",
                             "AND+OR",
                             "{a}:b"}) {
        EXPECT_TRUE(ask(history, std::string{"text="} + text).is_object()) << text;
    }
    EXPECT_THAT(sids(ask(history, "text=%22NOT%22")), ElementsAre("CA1"));
    EXPECT_THAT(sids(ask(history, "text=100%25+a*b")), ElementsAre("CA1"));
}

TEST_F(PastCalls, come_in_pages_that_new_calls_do_not_move)
{
    History history{options(), metrics};
    for (int i = 1; i <= 5; ++i)  // two of them in the same millisecond
        Caller{history, "CA" + std::to_string(i), new_year + (i / 2) * 1h}.starts().ends();
    settle(history);

    const auto first = ask(history, "limit=2");
    EXPECT_THAT(sids(first), ElementsAre("CA5", "CA4"));
    Caller{history, "CA6", new_year + 24h}.starts().ends();
    settle(history);
    const auto cursor = [](const tree::value& page) {
        return "&cursor=" + std::string{page.at("nextCursor").as_string()};
    };
    const auto second = ask(history, "limit=2" + cursor(first));
    EXPECT_THAT(sids(second), ElementsAre("CA3", "CA2"));
    const auto third = ask(history, "limit=2" + cursor(second));
    EXPECT_THAT(sids(third), ElementsAre("CA1"));
    EXPECT_TRUE(third.at("nextCursor").is_null());
}

}  // namespace
}  // namespace phony::store
