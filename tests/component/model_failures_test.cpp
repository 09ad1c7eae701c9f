// The model fails in every way it can, in one call; ten others never notice.

#include "support/eventually.hpp"
#include "support/fake_openai.hpp"
#include "support/hurry.hpp"
#include "support/relay_client.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using Clock = std::chrono::steady_clock;
using Fault = FakeReply::Fault;
using Framing = FakeReply::Framing;
using Point = FakeReply::Point;

constexpr std::string_view fallback = "Could you say that again, please?";
constexpr std::string_view unlucky_words = "This one goes wrong.";
/// What a busy machine may add to any of our deadlines.
constexpr auto slack = 1500ms * slowness;

struct Failure {
    const char* name;
    FakeReply reply;
    std::string spoken = {};   ///< before it went wrong
    std::size_t requests = 2;  ///< one retry, as long as nothing was spoken
    /// A kept connection that ends before the head may have been closed before our request came: it
    /// is sent again on another one, which is no retry, and may happen to each attempt.
    std::size_t sent_again = 0;
};

FakeReply page()
{
    return {.content_type = "text/html", .body = "<html><body>Welcome to nginx!</body></html>"};
}

FakeReply fault(Point at, Fault what, Framing framing = Framing::chunked)
{
    return {.tokens = {"Well, ", "you know. "},
            .framing = framing,
            .fault_at = at,
            .fault = what,
            .fault_after_tokens = 1};
}

const std::vector<Failure>& failures()
{
    static const std::vector<Failure> all{
        {"answers_500", error_reply(500, "server_error")},
        {"answers_503", error_reply(503, "overloaded")},
        {"answers_429", error_reply(429, "rate_limit_exceeded")},
        {"has_no_quota_left", error_reply(429, "insufficient_quota"), "", 1},
        {"does_not_know_the_key", error_reply(401, "invalid_api_key"), "", 1},
        {"answers_with_a_page", page()},
        {"hangs_before_the_head", fault(Point::before_head, Fault::hang)},
        {"hangs_after_the_head", fault(Point::after_head, Fault::hang)},
        {"closes_before_the_head", fault(Point::before_head, Fault::close), "", 2, 2},
        {"resets_after_the_head", fault(Point::after_head, Fault::reset)},
        {"hangs_mid_stream", fault(Point::after_tokens, Fault::hang), "Well, ", 1},
        {"cuts_mid_stream", fault(Point::after_tokens, Fault::close), "Well, ", 1},
        {"cuts_a_stream_without_a_length",
         fault(Point::after_tokens, Fault::close, Framing::until_close),
         "Well, ",
         1},
        {"resets_mid_stream", fault(Point::after_tokens, Fault::reset), "Well, ", 1},
        {"sends_an_error_event", fault(Point::after_tokens, Fault::error_event), "Well, ", 1}};
    return all;
}

RunningApp::Settings settings_for(const std::string& base_url)
{
    return {{"OPENAI_BASE_URL", base_url}, {"PHONY_FALLBACK_SENTENCE", std::string{fallback}}};
}

/// Talks without a pause until told to stop, and hears every reply as it was given.
awaitable<void> chat(const RunningApp& app, std::string call_sid, const bool& enough, int& chatting)
{
    auto caller = co_await RelayClient::dial(app.address(), std::move(call_sid));
    for (int turn = 1; !enough || turn <= 3; ++turn) {
        co_await caller.prompt("Tell me more.");
        const auto reply = co_await caller.reply();
        EXPECT_EQ(reply.text, "All is well.") << "turn " << turn;
        EXPECT_TRUE(reply.complete) << "turn " << turn;
        if (!reply.complete) break;
    }
    co_await caller.hang_up();
    --chatting;
}

/// The unlucky call: a turn that goes wrong, and the next one, which does not.
awaitable<void> survive(const RunningApp& app, const Failure& failure)
{
    auto caller = co_await RelayClient::dial(app.address(), "CA_unlucky");
    const auto asked = Clock::now();
    co_await caller.prompt(std::string{unlucky_words});
    const auto reply = co_await caller.reply();
    EXPECT_LT(Clock::now() - asked, hurried_reply_timeout + slack);
    EXPECT_TRUE(reply.complete);
    EXPECT_TRUE(reply.text.starts_with(failure.spoken)) << reply.text;
    EXPECT_TRUE(reply.text.ends_with(fallback)) << reply.text;
    EXPECT_LE(reply.text.size(), failure.spoken.size() + fallback.size() + 1) << reply.text;

    // Whatever else had been said of that turn would come before this.
    co_await caller.prompt("And now?");
    const auto next = co_await caller.reply();
    EXPECT_EQ(next.text, "All is well.");
    EXPECT_TRUE(next.complete);
    EXPECT_EQ(next.tokens.size(), 1U) << "all content of one read is one frame";
    co_await caller.hang_up();
}

class ModelFailures : public AppTest, public testing::WithParamInterface<Failure> {};

TEST_P(ModelFailures, are_heard_in_one_call_and_unnoticed_in_ten_others)
{
    const Failure& failure = GetParam();
    async::asio::io_context io;
    FakeOpenAi openai{io};
    openai.answer([&](const FakeOpenAi::Request& request) {
        return request.last_message() == unlucky_words ? failure.reply
                                                       : FakeReply{.tokens = {"All ", "is well."}};
    });
    RunningApp app{settings_for(openai.base_url()), hurry};

    const auto script = [&]() -> awaitable<void> {
        bool enough = false;
        int chatting = 10;
        for (int i = 0; i < 10; ++i) {
            co_spawn(io,
                     chat(app, "CA_lucky_" + std::to_string(i), enough, chatting),
                     async::asio::detached);
        }
        co_await survive(app, failure);
        enough = true;
        EXPECT_TRUE(co_await eventually([&] { return chatting == 0; }));
        EXPECT_TRUE(co_await eventually([&] { return app.is_idle(); }));
        openai.close();
    };
    run_io(io, script(), 40s);

    const auto asked = std::ranges::count_if(openai.requests(), [](const auto& request) {
        return request.last_message() == unlucky_words;
    });
    EXPECT_GE(static_cast<std::size_t>(asked), failure.requests);
    EXPECT_LE(static_cast<std::size_t>(asked), failure.requests + failure.sent_again);

    const auto& events = app.events();
    const auto errors = events.all<call::CallError>("CA_unlucky");
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors[0].code, "OPENAI_ERROR");
    EXPECT_EQ(app.metric(R"(phony_call_errors_total{code="OPENAI_ERROR"})"), 1);
    for (int i = 0; i < 10; ++i) {
        const std::string call_sid = "CA_lucky_" + std::to_string(i);
        EXPECT_EQ(events.count<call::CallError>(call_sid), 0U);
        for (const auto& latency : events.all<call::Latency>(call_sid)) {
            EXPECT_FALSE(latency.failed);
            EXPECT_LT(latency.first_frame_ms.value_or(1e9), unnoticed_ms);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, ModelFailures, testing::ValuesIn(failures()), [](const auto& info) {
    return info.param.name;
});

using ModelTest = AppTest;

TEST_F(ModelTest, that_refuses_connections_gives_a_spoken_sentence_and_503_at_readyz)
{
    async::asio::io_context io;
    std::string base_url;
    {
        FakeOpenAi gone{io};
        base_url = gone.base_url();
        gone.close();
        io.run();
    }
    RunningApp app{settings_for(base_url), hurry};
    const auto script = [&]() -> awaitable<void> {
        EXPECT_EQ((co_await get(app.address(), "/readyz")).status, 200U) << "nobody has tried yet";
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        for (int turn = 0; turn < 2; ++turn) {
            co_await caller.prompt("Hello?");
            const auto reply = co_await caller.reply();
            EXPECT_EQ(reply.text, fallback);
            EXPECT_TRUE(reply.complete);
        }
        EXPECT_EQ(app.events().count<call::CallError>("CA1"), 2U);
        co_await caller.hang_up();

        HttpReply readiness;
        while (readiness.status != 503) readiness = co_await get(app.address(), "/readyz");
        EXPECT_EQ(readiness.json().at("modelReachable"), false);
        EXPECT_EQ((co_await get(app.address(), "/healthz")).status, 200U);
    };
    run_io(io, script(), 40s);
}

/// The caller's next words, an interruption or a hang-up: the model must hear of it at once, for it
/// goes on generating (and charging) until then.
class StopThinking : public AppTest, public testing::WithParamInterface<const char*> {};

TEST_P(StopThinking, closes_the_models_connection_at_once)
{
    const std::string how = GetParam();
    async::asio::io_context io;
    FakeOpenAi openai{io};
    openai.answer([&](const FakeOpenAi::Request& request) {
        return request.last_message() == "Tell me a story."
                   ? fault(Point::after_tokens, Fault::hang)
                   : FakeReply{.tokens = {"Yes?"}};
    });
    RunningApp app{{{"OPENAI_BASE_URL", openai.base_url()}}};
    const auto script = [&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(app.address(), "CA1");
        co_await caller.prompt("Tell me a story.");
        co_await caller.receive();  // it has begun

        const auto stopped = Clock::now();
        if (how == "interrupt") co_await caller.interrupt("Well");
        if (how == "prompt") co_await caller.prompt("Stop!");
        if (how == "hang_up") co_await caller.hang_up();
        if (how == "break_off") caller.break_off();
        co_await openai.until([&] { return openai.requests()[0].closed_by_client.has_value(); });
        EXPECT_LT(*openai.requests()[0].closed_by_client - stopped, 50ms + slack);

        if (how == "prompt") {
            EXPECT_TRUE((co_await caller.reply()).complete);  // the first one's end
            EXPECT_EQ((co_await caller.reply()).text, "Yes?");
        }
        if (how == "interrupt" || how == "prompt") co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.is_idle(); }));
        openai.close();
    };
    run_io(io, script());
}

INSTANTIATE_TEST_SUITE_P(,
                         StopThinking,
                         testing::Values("interrupt", "prompt", "hang_up", "break_off"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace phony::test
