#include <phony/openai/server_error.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony::openai {
namespace {

using call::ModelFailure;
using namespace std::chrono_literals;

constexpr std::string_view json_type = "application/json; charset=utf-8";

TEST(ClassifyHttpError, follows_the_status)
{
    struct Row {
        int status;
        ModelFailure reason;
        bool retryable;
    };
    for (const Row& row : {Row{307, ModelFailure::refused, false},
                           Row{400, ModelFailure::refused, false},
                           Row{401, ModelFailure::refused, false},
                           Row{402, ModelFailure::quota, false},
                           Row{403, ModelFailure::refused, false},
                           Row{404, ModelFailure::refused, false},
                           Row{408, ModelFailure::timeout, true},
                           Row{409, ModelFailure::server, true},
                           Row{413, ModelFailure::refused, false},
                           Row{422, ModelFailure::refused, false},
                           Row{429, ModelFailure::rate_limited, true},
                           Row{500, ModelFailure::server, true},
                           Row{502, ModelFailure::server, true},
                           Row{503, ModelFailure::server, true},
                           Row{504, ModelFailure::server, true}}) {
        const Failure failure = classify_http_error(row.status, "text/html", "<html>");
        EXPECT_EQ(failure.reason, row.reason) << row.status;
        EXPECT_EQ(failure.retryable, row.retryable) << row.status;
        EXPECT_EQ(failure.detail, "HTTP " + std::to_string(row.status));
    }
}

TEST(ClassifyHttpError, a_code_knows_better_than_the_status)
{
    EXPECT_EQ(classify_http_error(
                  429,
                  json_type,
                  R"({"error":{"type":"insufficient_quota","code":"insufficient_quota"}})"),
              (Failure{ModelFailure::quota, "HTTP 429, insufficient_quota", false}));
    EXPECT_EQ(
        classify_http_error(400, json_type, R"({"error":{"code":"context_length_exceeded"}})"),
        (Failure{ModelFailure::context_too_long, "HTTP 400, context_length_exceeded", false}));
    EXPECT_EQ(classify_http_error(400, json_type, R"({"error":{"code":"content_filter"}})"),
              (Failure{ModelFailure::filtered, "HTTP 400, content_filter", false}));
    EXPECT_EQ(classify_http_error(503, json_type, R"({"error":{"code":"slow_down"}})"),
              (Failure{ModelFailure::rate_limited, "HTTP 503, slow_down", true}));
}

TEST(ClassifyHttpError, finds_a_context_that_is_too_long_on_servers_without_codes)
{
    for (
        const std::string_view body :
        {R"({"object":"error","message":"This model's maximum context length is 8192","code":400})",
         R"({"error":{"code":400,"type":"exceed_context_size_error","message":"too large"}})",
         R"({"error":{"code":400,"message":"Exceeds the available Context Size"}})"}) {
        EXPECT_EQ(classify_http_error(400, json_type, body).reason, ModelFailure::context_too_long)
            << body;
    }
}

TEST(ClassifyHttpError, reads_numeric_codes_and_plain_strings)
{
    EXPECT_EQ(classify_http_error(502, json_type, R"({"error":{"code":502,"message":"m"}})").detail,
              "HTTP 502, 502");
    EXPECT_EQ(classify_http_error(404, json_type, R"({"error":"model not found"})").detail,
              "HTTP 404");
}

TEST(ClassifyHttpError, quotes_nothing_but_a_plain_code)
{
    const std::string long_code(200, 'x');
    for (const std::string& code :
         {std::string{"a b"}, std::string{"<b>"}, std::string{"sk-x"}, long_code}) {
        EXPECT_EQ(classify_http_error(
                      401, json_type, R"({"error":{"message":"sk-secret","code":")" + code + "\"}}")
                      .detail,
                  "HTTP 401");
    }
}

TEST(ClassifyHttpError, success_without_a_stream_is_a_failure)
{
    EXPECT_EQ(classify_http_error(200, "Text/HTML; charset=utf-8", "<html>"),
              (Failure{ModelFailure::not_a_stream, "HTTP 200 with an HTML page", true}));
    EXPECT_EQ(classify_http_error(200, "application/json", R"({"choices":[]})"),
              (Failure{ModelFailure::not_a_stream, "HTTP 200 with a JSON answer", false}));
    EXPECT_EQ(classify_http_error(200, "", ""),
              (Failure{ModelFailure::not_a_stream, "HTTP 200 with something else", false}));
    EXPECT_EQ(classify_http_error(200, "application/json", R"({"error":{"code":429}})").reason,
              ModelFailure::rate_limited);
}

TEST(ClassifyStreamError, is_mid_stream_unless_its_code_says_more)
{
    EXPECT_EQ(classify_stream_error({"502", "", "m"}),
              (Failure{ModelFailure::mid_stream, "an error among the events, 502", true}));
    EXPECT_EQ(classify_stream_error({}),
              (Failure{ModelFailure::mid_stream, "an error among the events", true}));
    EXPECT_EQ(classify_stream_error({"402", "", ""}).reason, ModelFailure::quota);
    EXPECT_EQ(classify_stream_error({"", "rate_limit_error", ""}).reason,
              ModelFailure::rate_limited);
}

TEST(IsEventStream, compares_the_media_type_alone)
{
    EXPECT_TRUE(is_event_stream("text/event-stream"));
    EXPECT_TRUE(is_event_stream("Text/Event-Stream;charset=UTF-8"));
    EXPECT_FALSE(is_event_stream("text/event-streams"));
    EXPECT_FALSE(is_event_stream("application/json"));
    EXPECT_FALSE(is_event_stream(""));
}

TEST(ParseRetryAfter, reads_seconds_and_nothing_else)
{
    EXPECT_EQ(parse_retry_after("2"), 2s);
    EXPECT_EQ(parse_retry_after(" 0.25 "), 250ms);
    EXPECT_EQ(parse_retry_after("0"), 0s);
    EXPECT_EQ(parse_retry_after("99999999999999"), 24h);
    for (const std::string_view value :
         {"", "-1", "1s", "nan", "inf", "1e3", "Sun, 22 Nov 2026 11:12:08 GMT"}) {
        EXPECT_EQ(parse_retry_after(value), std::nullopt) << value;
    }
}

}  // namespace
}  // namespace phony::openai
