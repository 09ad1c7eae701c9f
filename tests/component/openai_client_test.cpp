#include "clients/openai_client.hpp"

#include "support/fake_openai.hpp"
#include "support/run_io.hpp"
#include "support/test_certificate.hpp"
#include <phony/async/channel.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace phony::clients {
namespace {

using namespace async::asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using async::awaitable;
using call::ModelFailure;
using test::FakeOpenAi;
using test::FakeReply;
using Fault = FakeReply::Fault;
using Framing = FakeReply::Framing;
using Point = FakeReply::Point;

const std::string question = R"({"stream":true,"messages":[{"role":"user","content":"Hi"}]})";

/// What came of one request.
struct Outcome {
    std::vector<std::string> reads;
    std::string text;
    bool complete = false;
    std::optional<openai::Failure> failure;

    openai::Failure why() const { return failure.value_or(openai::Failure{}); }
};

awaitable<Outcome> ask(ModelClient& client)
{
    Outcome outcome;
    ModelStream stream{client};
    if (auto sent = co_await stream.send(question); !sent) {
        outcome.failure = sent.error();
        co_return outcome;
    }
    if (auto started = co_await stream.started(); !started) {
        outcome.failure = started.error();
        co_return outcome;
    }
    const auto take = [&outcome](const hub::ModelRead& read) {
        outcome.reads.emplace_back(read.text);
        outcome.text += read.text;
        outcome.complete = read.complete;
        return true;
    };
    if (auto read = co_await stream.read(take); !read) {
        outcome.failure = read.error();
        co_return outcome;
    }
    co_await stream.finish();
    co_return outcome;
}

TEST(OpenAiClient, gives_a_request_up_that_the_server_does_not_take)
{
    // The kernel connects whoever comes; nobody reads.
    async::asio::io_context io;
    using Acceptor = async::asio::basic_socket_acceptor<async::asio::ip::tcp, async::Executor>;
    const async::asio::ip::tcp::endpoint loopback{async::asio::ip::address_v4::loopback(), 0};
    Acceptor deaf{io.get_executor(), loopback};

    async::asio::ssl::context no_tls{async::asio::ssl::context::tls_client};
    ModelSettings settings;
    settings.base_url =
        parse_base_url("http://127.0.0.1:" + std::to_string(deaf.local_endpoint().port()) + "/v1")
            .value();
    settings.http.write = 300ms;
    ModelClient client{io.get_executor(), settings, no_tls};

    bool given_up = false;
    const auto script = [&]() -> awaitable<void> {
        ModelStream stream{client};
        constexpr std::size_t more_than_kernels_buffer = std::size_t{64} << 20;
        const auto sent = co_await stream.send(std::string(more_than_kernels_buffer, ' '));
        given_up = !sent;
        if (given_up) {
            EXPECT_EQ(sent.error().detail, "the server does not take the request");
        }
        client.close();
    };
    test::run_io(io, script());
    EXPECT_TRUE(given_up);
}

enum class Wire { plain, tls };

struct OpenAiClientTest : testing::TestWithParam<Wire> {
    async::asio::io_context io;
    test::TestCertificate certificate = test::TestCertificate::issue("127.0.0.1");
    async::asio::ssl::context server_tls = certificate.server_context();
    async::asio::ssl::context client_tls = certificate.client_context();
    FakeOpenAi server{io, GetParam() == Wire::tls ? &server_tls : nullptr};
    ModelClient client{io.get_executor(), settings(), client_tls};

    ModelSettings settings()
    {
        ModelSettings settings;
        settings.base_url = parse_base_url(server.base_url()).value();
        settings.api_key = "sk-test";
        settings.http.drain = 20ms;
        return settings;
    }

    awaitable<void> then_close(awaitable<void> script)
    {
        co_await std::move(script);
        client.close();
        server.close();
    }
    void run(awaitable<void> script) { test::run_io(io, then_close(std::move(script))); }

    /// One request, answered so.
    Outcome asked(FakeReply reply)
    {
        server.answer(std::move(reply));
        Outcome outcome;
        auto script = [&]() -> awaitable<void> { outcome = co_await ask(client); };
        run(script());
        return outcome;
    }
};

INSTANTIATE_TEST_SUITE_P(,
                         OpenAiClientTest,
                         testing::Values(Wire::plain, Wire::tls),
                         [](const auto& wire) {
                             return wire.param == Wire::plain ? "plain" : "tls";
                         });

TEST_P(OpenAiClientTest, asks_as_the_reference_says)
{
    const auto outcome = asked({.tokens = {"We", " open", " at nine."}});
    EXPECT_EQ(outcome.text, "We open at nine.");
    EXPECT_TRUE(outcome.complete);

    const auto& request = server.requests().at(0);
    EXPECT_EQ(request.target, "/v1/chat/completions");
    EXPECT_EQ(request.headers.at("host"), "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(request.headers.at("authorization"), "Bearer sk-test");
    EXPECT_EQ(request.headers.at("accept-encoding"), "identity");
    EXPECT_EQ(request.headers.at("content-type"), "application/json");
    EXPECT_EQ(request.last_message(), "Hi");
}

TEST_P(OpenAiClientTest, hands_on_each_token_as_it_arrives)
{
    async::Channel<std::string> tokens{io.get_executor(), 1};
    server.answer({.live = &tokens});
    auto script = [&]() -> awaitable<void> {
        ModelStream stream{client};
        EXPECT_TRUE(co_await stream.send(question));
        EXPECT_TRUE(co_await stream.started());
        EXPECT_EQ(stream.request_id(), "req_fake");
        std::string text;
        bool complete = false;
        const auto take_one = [&](const hub::ModelRead& read) {
            text = read.text;
            complete = read.complete;
            return false;
        };
        for (const std::string token : {"One", " two", " three"}) {
            co_await tokens.send(token);
            EXPECT_TRUE(co_await stream.read(take_one));
            EXPECT_EQ(text, token);  // before the next one is sent
        }
        tokens.finish();
        EXPECT_TRUE(co_await stream.read(take_one));
        EXPECT_TRUE(complete);
        co_await stream.finish();
    };
    run(script());
}

TEST_P(OpenAiClientTest, reads_any_framing_of_the_body)
{
    auto script = [&]() -> awaitable<void> {
        for (const auto framing :
             {Framing::chunked, Framing::content_length, Framing::until_close}) {
            server.answer({.tokens = {"Good", " day."}, .framing = framing});
            const auto outcome = co_await ask(client);
            EXPECT_EQ(outcome.text, "Good day.");
            EXPECT_TRUE(outcome.complete);
        }
    };
    run(script());
}

TEST_P(OpenAiClientTest, uses_one_connection_for_requests_that_follow_each_other)
{
    auto script = [&]() -> awaitable<void> {
        for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await ask(client)).text, "Hello there.");
        EXPECT_EQ(server.accepted_connections(), 1u);
        EXPECT_EQ(client.figures().opened, 1u);
    };
    run(script());
}

TEST_P(OpenAiClientTest, does_not_reuse_a_connection_that_the_server_wants_to_close)
{
    server.answer({.tokens = {"Bye."}, .keep_alive = false});
    auto script = [&]() -> awaitable<void> {
        co_await ask(client);
        EXPECT_EQ(client.figures().open, 0u);
        EXPECT_EQ((co_await ask(client)).text, "Bye.");
        EXPECT_EQ(server.accepted_connections(), 2u);
    };
    run(script());
}

TEST_P(OpenAiClientTest, asks_again_when_a_kept_connection_turns_out_to_be_stale)
{
    auto script = [&]() -> awaitable<void> {
        for (const auto fault : {Fault::close, Fault::reset}) {
            server.answer({.tokens = {"Here."}});
            EXPECT_EQ((co_await ask(client)).text, "Here.");
            // The server reads the next request on that connection and closes it without an answer.
            const auto stale = server.requests().back().connection;
            server.answer([fault, stale](const FakeOpenAi::Request& request) {
                return request.connection == stale
                           ? FakeReply{.fault_at = Point::before_head, .fault = fault}
                           : FakeReply{.tokens = {"Again."}};
            });
            EXPECT_EQ((co_await ask(client)).text, "Again.");
            EXPECT_EQ(server.requests().back().last_message(), "Hi");
        }
        EXPECT_EQ(server.requests().size(), 6u);
    };
    run(script());
}

TEST_P(OpenAiClientTest, asks_again_only_once)
{
    auto script = [&]() -> awaitable<void> {
        co_await ask(client);
        server.answer({.fault_at = Point::before_head, .fault = Fault::close});
        EXPECT_EQ((co_await ask(client)).failure->reason, ModelFailure::cut);
        EXPECT_EQ(server.requests().size(), 3u);
    };
    run(script());
}

TEST_P(OpenAiClientTest, stops_the_generation_at_once_when_it_is_cancelled)
{
    server.answer({.tokens = {"I", " could"},
                   .fault_at = Point::after_tokens,
                   .fault = Fault::hang,
                   .fault_after_tokens = 2});
    auto script = [&]() -> awaitable<void> {
        std::optional<TimePoint> cancelled;
        auto barge_in = [&]() -> awaitable<void> {
            co_await server.until([&] { return server.requests().size() == 1; });
            async::Timer timer{io.get_executor(), 5ms};
            co_await timer.async_wait(async::use_awaitable);
            cancelled = std::chrono::steady_clock::now();
        };
        auto talk = [&]() -> awaitable<void> { co_await ask(client); };
        co_await (talk() || barge_in());
        co_await server.until([&] { return server.requests()[0].closed_by_client.has_value(); });
        EXPECT_LT(*server.requests()[0].closed_by_client - *cancelled, 50ms);
        EXPECT_EQ(client.figures().open, 0u);
    };
    run(script());
}

TEST_P(OpenAiClientTest, can_be_cancelled_at_every_step)
{
    auto script = [&]() -> awaitable<void> {
        auto talk = [&]() -> awaitable<void> { co_await ask(client); };
        for (const auto point : {Point::before_head, Point::after_head, Point::after_done}) {
            server.answer({.tokens = {"Hm."}, .fault_at = point, .fault = Fault::hang});
            const auto before = server.requests().size();
            co_await (talk() || server.until([&] { return server.requests().size() > before; }));
            co_await server.until(
                [&] { return server.requests().back().closed_by_client.has_value(); });
            EXPECT_EQ(client.figures().open, 0u);
        }
    };
    run(script());
}

TEST_P(OpenAiClientTest, says_where_a_reply_broke_off)
{
    struct Break {
        Point at;
        Fault fault;
        std::string text;
        ModelFailure failure;
    };
    const Break breaks[] = {
        {Point::before_head, Fault::close, "", ModelFailure::cut},
        {Point::before_head, Fault::reset, "", ModelFailure::cut},
        {Point::after_head, Fault::close, "", ModelFailure::cut},
        {Point::after_head, Fault::error_event, "", ModelFailure::mid_stream},
        {Point::after_tokens, Fault::close, "One two", ModelFailure::cut},
        {Point::after_tokens, Fault::error_event, "One two", ModelFailure::mid_stream},
    };
    auto script = [&]() -> awaitable<void> {
        for (const auto& at : breaks) {
            server.answer({.tokens = {"One", " two", " three"},
                           .fault_at = at.at,
                           .fault = at.fault,
                           .fault_after_tokens = 2});
            const auto outcome = co_await ask(client);
            EXPECT_EQ(outcome.text, at.text);
            EXPECT_FALSE(outcome.complete);
            EXPECT_EQ(outcome.why().reason, at.failure) << outcome.why().detail;
        }
    };
    run(script());
}

TEST_P(OpenAiClientTest, is_content_when_only_the_end_of_the_body_is_missing)
{
    auto script = [&]() -> awaitable<void> {
        for (const auto fault : {Fault::close, Fault::hang}) {
            server.answer({.tokens = {"Done."}, .fault_at = Point::after_done, .fault = fault});
            const auto outcome = co_await ask(client);
            EXPECT_EQ(outcome.text, "Done.");
            EXPECT_TRUE(outcome.complete);
            EXPECT_EQ(client.figures().open, 0u);  // it was not worth waiting for
        }
    };
    run(script());
}

TEST_P(OpenAiClientTest, classifies_refusals_and_keeps_their_connections)
{
    const struct {
        FakeReply reply;
        ModelFailure failure;
    } refusals[] = {
        {test::error_reply(429, "rate_limit_exceeded"), ModelFailure::rate_limited},
        {test::error_reply(429, "insufficient_quota"), ModelFailure::quota},
        {test::error_reply(500, "server_error"), ModelFailure::server},
        {test::error_reply(401, "invalid_api_key"), ModelFailure::refused},
        {test::error_reply(400, "context_length_exceeded"), ModelFailure::context_too_long},
        {{.content_type = "text/html", .body = "<html>Sign in</html>"}, ModelFailure::not_a_stream},
        {{.status = 502, .content_type = "text/html", .body = "<html>"}, ModelFailure::server},
    };
    auto script = [&]() -> awaitable<void> {
        for (const auto& refusal : refusals) {
            server.answer(refusal.reply);
            const auto outcome = co_await ask(client);
            EXPECT_EQ(outcome.why().reason, refusal.failure) << outcome.why().detail;
        }
        EXPECT_EQ(server.accepted_connections(), 1u);
    };
    run(script());
}

TEST_P(OpenAiClientTest, bounds_what_it_reads_of_an_endless_refusal)
{
    const auto outcome = asked({.status = 500, .body = std::string(5'000'000, 'x')});
    EXPECT_EQ(outcome.why().reason, ModelFailure::server);
}

TEST_P(OpenAiClientTest, bounds_the_head)
{
    const auto outcome = asked({.headers = "X-Long: " + std::string(100'000, 'x') + "\r\n"});
    EXPECT_EQ(outcome.why().reason, ModelFailure::cut);
}

TEST_P(OpenAiClientTest, gives_the_same_text_wherever_the_body_is_cut)
{
    auto script = [&]() -> awaitable<void> {
        // Every offset of the events around one token; the parsers' own tests go through all of
        // them.
        for (std::size_t at = 190; at < 400; at += 3) {
            server.answer({.tokens = {"Gr\xC3\xBC\xC3\x9F", "e"}, .splits = {at, at + 1}});
            EXPECT_EQ((co_await ask(client)).text,
                      "Gr\xC3\xBC\xC3\x9F"
                      "e");
        }
    };
    run(script());
}

struct OpenAiClientAlone : OpenAiClientTest {};
INSTANTIATE_TEST_SUITE_P(, OpenAiClientAlone, testing::Values(Wire::plain), [](const auto&) {
    return "plain";
});

TEST_P(OpenAiClientAlone, sends_no_authorization_without_a_key)
{
    auto keyless = settings();
    keyless.api_key.clear();
    ModelClient other{io.get_executor(), keyless, client_tls};
    auto script = [&]() -> awaitable<void> {
        EXPECT_TRUE((co_await ask(other)).complete);
        EXPECT_FALSE(server.requests()[0].headers.contains("authorization"));
        other.close();
    };
    run(script());
}

TEST_P(OpenAiClientAlone, reports_that_there_is_no_connection)
{
    server.close();
    const auto outcome = asked({});
    EXPECT_EQ(outcome.why().reason, ModelFailure::connect);
    EXPECT_TRUE(outcome.why().retryable);
}

TEST_P(OpenAiClientAlone, takes_only_keys_that_fit_into_a_header)
{
    EXPECT_TRUE(is_usable_key("sk-proj-abc_123"));
    EXPECT_FALSE(is_usable_key("sk-1\r\nHost: elsewhere"));
    EXPECT_FALSE(is_usable_key("two words"));
}

TEST_P(OpenAiClientAlone, serves_many_calls_at_once)
{
    auto script = [&]() -> awaitable<void> {
        std::size_t answered = 0;
        auto call = [&]() -> awaitable<void> {
            for (int turn = 0; turn < 3; ++turn)
                answered += (co_await ask(client)).text == "Hello there." ? 1 : 0;
        };
        async::TaskGroup calls{io.get_executor(), [](const std::exception_ptr&) { FAIL(); }};
        for (int i = 0; i < 100; ++i) calls.spawn(call());
        co_await calls.drained();
        EXPECT_EQ(answered, 300u);
        EXPECT_EQ(client.figures().in_use, 0u);
    };
    run(script());
}

}  // namespace
}  // namespace phony::clients
