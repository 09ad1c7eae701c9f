#include <phony/api/past_call.hpp>

#include <boost/json/parse.hpp>

#include <chrono>

#include <gtest/gtest.h>

namespace phony::api {
namespace {

using namespace std::chrono_literals;
namespace tree = boost::json;

constexpr WallTime began{1'704'067'200'000ms};  // 2024-01-01T00:00:00Z

CallState ended_call()
{
    CallState state;
    state.call_sid = "CA1";
    state.phase = CallState::Phase::ended;
    state.started = began;
    state.ended = began + 61'500ms;
    state.end_reason = "hung_up";
    state.transcript.push_back({.text = "Hello", .timestamp = began + 1s});
    return state;
}

TEST(PastCall, is_the_calls_state_and_all_that_is_kept_beside_it)
{
    const CallDetails details{
        .commands = {{began + 2s, "press", "1#", ""}, {began + 3s, "dance", "", "unknown"}},
        .overrides = {{began + 4s, "ann", "10.0.0.7", "text", "Hi \"you\"", "accepted", ""}},
        .keys = {{began + 5s, "#"}},
        .latencies = {{began + 6s, {.turn = 1, .gpt_first_token_ms = 214.6}}}};
    const auto call = tree::parse(call_json(ended_call(), details, TimePoint{})).as_object();

    EXPECT_EQ(call.at("callSid"), "CA1");
    EXPECT_EQ(call.at("state"), "ended");
    EXPECT_EQ(call.at("metrics").at("call_duration_seconds"), 61.5);
    EXPECT_EQ(call.at("transcript").at(0).at("text"), "Hello");
    EXPECT_EQ(call.at("commands"), tree::parse(R"([
        {"timestamp":"2024-01-01T00:00:02.000Z","command":"press","value":"1#","rejected":null},
        {"timestamp":"2024-01-01T00:00:03.000Z","command":"dance","value":"","rejected":"unknown"}])"));
    EXPECT_EQ(call.at("overrides"), tree::parse(R"([
        {"timestamp":"2024-01-01T00:00:04.000Z","supervisor":"ann","peer":"10.0.0.7",
         "action":"text","value":"Hi \"you\"","outcome":"accepted","reason":""}])"));
    EXPECT_EQ(call.at("keys"),
              tree::parse(R"([{"timestamp":"2024-01-01T00:00:05.000Z","digit":"#"}])"));
    EXPECT_EQ(call.at("latencies").at(0).at("turn"), 1);
    EXPECT_EQ(call.at("latencies").at(0).at("gpt_first_token_ms"), 214.6);
}

TEST(PastCall, comes_in_pages_without_transcripts)
{
    const HistoryCursor next{began, 7};
    const auto page = tree::parse(history_json({ended_call()}, next, TimePoint{})).as_object();
    EXPECT_EQ(page.at("calls").as_array().size(), 1U);
    EXPECT_EQ(page.at("calls").at(0).at("callSid"), "CA1");
    EXPECT_FALSE(page.at("calls").at(0).as_object().contains("transcript"));
    EXPECT_EQ(page.at("nextCursor"), tree::string{to_text(next)});
    EXPECT_EQ(history_json({}, std::nullopt, TimePoint{}), R"({"calls":[],"nextCursor":null})");
}

}  // namespace
}  // namespace phony::api
