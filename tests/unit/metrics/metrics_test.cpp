#include "metrics/metrics.hpp"

#include "support/samples.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace phony::metrics {
namespace {

using namespace std::chrono_literals;
using test::Samples;
using testing::HasSubstr;
using testing::Not;

Identity identity()
{
    return {.version = "1.2.3",
            .commit = "abc",
            .model = "gpt-test",
            .backend = "api.example.com",
            .call_capacity = 50,
            .cores = 2};
}

Samples read(Metrics& metrics)
{
    return Samples{metrics.serialise()};
}

call::Latency a_turn()
{
    return {.turn = 1,
            .transcript_to_gpt_ms = 0.2,
            .response_headers_ms = 150,
            .gpt_first_token_ms = 300,
            .first_frame_ms = 300.4,
            .agent_speaking_ms = 700.4,
            .first_audio_playback_ms = 700.4,
            .reply_complete_ms = 900,
            .playback_ended_ms = 4000};
}

TEST(Metrics, are_all_there_before_anything_has_happened)
{
    Metrics metrics{identity()};
    const auto text = metrics.serialise();
    for (const char* line :
         {"\nphony_transcript_to_gpt_ms_count{backend=\"api.example.com\",model=\"gpt-test\"} 0\n",
          "\nphony_gpt_first_token_ms_count{backend=\"api.example.com\",model=\"gpt-test\"} 0\n",
          "\nphony_call_duration_seconds_count 0\n",
          "\nphony_transcript_count_total 0\n",
          "\nphony_command_count_total{command=\"press\"} 0\n",
          "\nphony_override_count_total{action=\"clarification\"} 0\n",
          "\nphony_active_calls 0\n",
          "\nphony_call_capacity 50\n",
          "\nphony_event_loop_lag_seconds_count{core=\"1\"} 0\n",
          "\nphony_build_info{version=\"1.2.3\",commit=\"abc\"} 1\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, have_a_type_and_a_line_of_help_each)
{
    Metrics metrics{identity()};
    const auto text = metrics.serialise();
    for (const std::string& family : Samples{text}.families()) {
        EXPECT_THAT(text, HasSubstr("# HELP " + family + " ")) << family;
        EXPECT_THAT(text, HasSubstr("# TYPE " + family + " ")) << family;
    }
    EXPECT_THAT(text, Not(HasSubstr("\\n")));
}

TEST(Metrics, tell_where_the_time_of_a_turn_went)
{
    Metrics metrics{identity()};
    metrics.observe(a_turn());
    const auto samples = read(metrics);
    EXPECT_EQ(samples.sum("phony_transcript_to_gpt_ms_sum"), 0.2);
    EXPECT_EQ(samples.sum("phony_gpt_first_token_ms_sum"), 300);
    EXPECT_EQ(samples.sum("phony_first_audio_playback_ms_sum", {{"source", "frame"}}), 300.4);
    EXPECT_EQ(samples.sum("phony_first_audio_playback_ms_sum", {{"source", "agent_speaking"}}),
              700.4);
    EXPECT_DOUBLE_EQ(samples.sum("phony_reply_complete_seconds_sum"), 0.9);
    EXPECT_EQ(samples.sum("phony_turns_total", {{"outcome", "spoken"}}), 1);
    EXPECT_NEAR(samples.sum("phony_slowest_turn_seconds"), 0.3004, 1e-9);

    EXPECT_EQ(samples.sum("phony_turn_stage_seconds_count"), 7);
    EXPECT_NEAR(
        samples.sum("phony_turn_stage_seconds_sum", {{"stage", "agent_speaking"}}), 0.4, 1e-6);
    EXPECT_NEAR(samples.sum("phony_turn_stage_seconds_sum"), 4.0, 1e-6)
        << "the stages sum to the whole";
}

TEST(Metrics, count_a_turn_that_spoke_nothing_without_a_latency)
{
    Metrics metrics{identity()};
    metrics.observe(call::Latency{.turn = 1});
    metrics.observe(call::Latency{.turn = 2, .first_frame_ms = 5, .interrupted = true});
    metrics.observe(call::Latency{.turn = 3, .first_frame_ms = 5, .failed = true});
    const auto samples = read(metrics);
    EXPECT_EQ(samples.sum("phony_turns_total", {{"outcome", "silent"}}), 1);
    EXPECT_EQ(samples.sum("phony_turns_total", {{"outcome", "interrupted"}}), 1);
    EXPECT_EQ(samples.sum("phony_turns_total", {{"outcome", "failed"}}), 1);
    EXPECT_EQ(samples.sum("phony_fallback_sentences_total"), 1);
    EXPECT_EQ(samples.sum("phony_first_audio_playback_ms_count", {{"source", "frame"}}), 2);
}

TEST(Metrics, tell_how_fast_the_model_writes)
{
    Metrics metrics{identity()};
    metrics.model_request({.result = "ok",
                           .input_tokens = 800,
                           .cached_tokens = 512,
                           .output_tokens = 41,
                           .skipped_events = 1,
                           .generating = 500ms});
    metrics.model_request({.result = "cancelled"});
    metrics.model_request({.result = "timeout"});
    // What came in one piece says nothing of the pace at which it was written.
    metrics.model_request({.result = "ok", .output_tokens = 50, .generating = {}});
    const auto samples = read(metrics);
    EXPECT_EQ(samples.sum("phony_model_requests_total"), 4);
    EXPECT_EQ(samples.sum("phony_model_requests_total", {{"result", "ok"}}), 2);
    EXPECT_EQ(samples.sum("phony_model_tokens_total", {{"type", "input"}}), 800);
    EXPECT_EQ(samples.sum("phony_model_tokens_total", {{"type", "cached"}}), 512);
    EXPECT_EQ(samples.sum("phony_model_tokens_total", {{"type", "output"}}), 91);
    EXPECT_EQ(samples.sum("phony_model_events_skipped_total"), 1);
    EXPECT_EQ(samples.sum("phony_model_tokens_per_second_count"), 1);
    EXPECT_DOUBLE_EQ(samples.sum("phony_model_tokens_per_second_sum"), 80);
}

TEST(Metrics, ask_how_things_stand_only_when_they_are_scraped)
{
    int asked = 0;
    Metrics metrics{identity(), [&asked] {
                        ++asked;
                        return Standing{.active_calls = 3,
                                        .stuck_calls = 1,
                                        .viewers = 2,
                                        .queued_events = 7,
                                        .draining = true,
                                        .log_lines_dropped = 4,
                                        .cores = {{.open_sockets = 5,
                                                   .model_connections_idle = 2,
                                                   .model_connections_in_use = 1,
                                                   .model_connections_opened = 9},
                                                  {.open_sockets = 6,
                                                   .model_connections_idle = 1,
                                                   .model_connection_failures = 3,
                                                   .model_connection_waits = 8}}};
                    }};
    EXPECT_EQ(asked, 0);
    const auto samples = read(metrics);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(samples.sum("phony_active_calls"), 3);
    EXPECT_EQ(samples.sum("phony_stuck_calls"), 1);
    EXPECT_EQ(samples.sum("phony_viewers"), 2);
    EXPECT_EQ(samples.sum("phony_event_queue_depth"), 7);
    EXPECT_EQ(samples.sum("phony_draining"), 1);
    EXPECT_EQ(samples.sum("phony_log_lines_dropped_total"), 4);
    EXPECT_EQ(samples.sum("phony_open_sockets", {{"core", "1"}}), 6);
    EXPECT_EQ(samples.sum("phony_model_connections", {{"state", "idle"}}), 3);
    EXPECT_EQ(samples.sum("phony_model_connections", {{"state", "in_use"}}), 1);
    EXPECT_EQ(samples.sum("phony_model_connections_opened_total"), 9);
    EXPECT_EQ(samples.sum("phony_model_connection_failures_total"), 3);
    EXPECT_EQ(samples.sum("phony_model_connection_waits_total"), 8);
}

TEST(Metrics, know_routes_and_classes_of_status)
{
    Metrics metrics{identity()};
    metrics.http_answered("/receive_call", 200, 300us);
    metrics.http_answered("/receive_call", 403, 100us);
    metrics.http_answered("/relay/ws", 101, 100us);
    const auto samples = read(metrics);
    const auto count = [&](const char* route, const char* status_class) {
        return samples.sum("phony_http_request_duration_seconds_count",
                           {{"route", route}, {"status_class", status_class}});
    };
    EXPECT_EQ(count("/receive_call", "2xx"), 1);
    EXPECT_EQ(count("/receive_call", "4xx"), 1);
    EXPECT_EQ(count("/relay/ws", "1xx"), 1);
}

TEST(Metrics, tell_of_the_process)
{
    Metrics metrics{identity()};
    const auto samples = read(metrics);
    EXPECT_GT(samples.sum("process_resident_memory_bytes"), 1e6);
    EXPECT_GT(samples.sum("process_virtual_memory_bytes"),
              samples.sum("process_resident_memory_bytes"));
    EXPECT_GE(samples.sum("process_open_fds"), 3);
    EXPECT_GT(samples.sum("process_max_fds"), samples.sum("process_open_fds"));
    EXPECT_GE(samples.sum("process_threads"), 1);

    const double now =
        std::chrono::duration<double>{std::chrono::system_clock::now().time_since_epoch()}.count();
    const double started = samples.sum("process_start_time_seconds");
    EXPECT_LE(started, now + 2);
    EXPECT_GT(started, now - 24.0 * 3600);
}

}  // namespace
}  // namespace phony::metrics
