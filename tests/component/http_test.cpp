// HTTP as clients, proxies and strangers speak it.

#include "support/eventually.hpp"
#include "support/request_test.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <chrono>

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using testing::HasSubstr;
using testing::StartsWith;

const std::string form_type = "application/x-www-form-urlencoded";
const std::string upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

class Http : public RequestTest {};

void expect_refusal(const HttpReply& reply, unsigned status, std::string_view code)
{
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(reply.code(), code) << reply.body;
    EXPECT_EQ(reply.headers.at("content-type"), "application/json");
    const auto body = reply.json();
    EXPECT_TRUE(body.at("error").at("message").is_string());
    EXPECT_TRUE(body.at("error").at("details").is_object());
}

// ── webhooks that are not what they should be ──

TEST_F(Http, a_webhook_with_a_malformed_form_is_refused)
{
    run({}, [](Address address) -> awaitable<void> {
        for (const char* path : {"/start_call", "/receive_call", "/relay/action"}) {
            const auto bad = co_await ask(
                address,
                request_text("POST", path, {{"Content-Type", form_type}}, "CallSid=CA1&From=%zz"));
            expect_refusal(bad, 400, "INVALID_REQUEST");
            const auto missing = co_await post_form(address, path, Form{{{"From", "+1"}}});
            expect_refusal(missing, 400, "INVALID_REQUEST");
            EXPECT_EQ(missing.detail("field"), "CallSid") << path;
            const auto strange =
                co_await post_form(address, path, Form{{{"CallSid", "<b>\"CA\"</b>"}}});
            expect_refusal(strange, 400, "INVALID_REQUEST");
            EXPECT_EQ(strange.detail("field"), "CallSid") << path;
            EXPECT_EQ(strange.body.find("<b>"), std::string::npos) << "what was sent is echoed";
        }
    });
}

TEST_F(Http, a_simulated_call_with_a_malformed_body_is_refused_with_the_field)
{
    run({}, [](Address address) -> awaitable<void> {
        const std::vector<std::pair<std::string, std::string>> bodies{
            {"{", ""},
            {"[1,2]", ""},
            {R"({"to":"+18578167225","scenario":"survey"})", "from"},
            {R"({"from":5,"to":"+18578167225","scenario":"survey"})", "from"},
            {R"({"from":"+15551234567","to":"+18578167225"})", "scenario"},
            {R"({"from":"+15551234567","to":"+18578167225","scenario":"survey","speed":"fast"})",
             "speed"},
            {R"({"from":"+15551234567","to":"+18578167225","scenario":"survey","callSid":"a b"})",
             "callSid"}};
        for (const auto& [body, field] : bodies) {
            const auto reply = co_await post_json(address, "/test/simulate_call", body);
            expect_refusal(reply, 400, "INVALID_REQUEST");
            EXPECT_EQ(reply.detail("field"), field) << body;
        }
    });
}

TEST_F(Http, a_body_over_64_KiB_is_refused)
{
    run({}, [](Address address) -> awaitable<void> {
        const std::string most = "CallSid=CA1&Pad=" + std::string(64 * 1024 - 16, 'x');
        const auto fits = co_await ask(
            address, request_text("POST", "/receive_call", {{"Content-Type", form_type}}, most));
        EXPECT_EQ(fits.status, 200U);
        for (const char* path : {"/receive_call", "/override/text", "/no/such/path"}) {
            const auto reply = co_await ask(
                address, request_text("POST", path, {{"Content-Type", form_type}}, most + "x"));
            expect_refusal(reply, 413, "PAYLOAD_TOO_LARGE");
        }
        // It need not be told how long it will be.
        auto connection = co_await HttpConnection::open(address);
        co_await connection.send(
            "POST /receive_call HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
            "chunked\r\n\r\n10001\r\n" +
            std::string(0x10001, 'x') + "\r\n0\r\n\r\n");
        expect_refusal(
            (co_await connection.receive()).value_or(HttpReply{}), 413, "PAYLOAD_TOO_LARGE");
    });
}

TEST_F(Http, a_header_that_is_too_long_and_what_is_no_http_are_refused)
{
    run({}, [](Address address) -> awaitable<void> {
        const auto long_header = co_await ask(
            address, request_text("GET", "/healthz", {{"X-Pad", std::string(20 * 1024, 'x')}}));
        expect_refusal(long_header, 400, "INVALID_REQUEST");
        for (const std::string garbage : {"EHLO phony\r\n\r\n",
                                          "GET\r\n\r\n",
                                          "GET /healthz HTTP/9.9\r\n\r\n",
                                          "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                                          "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                                          "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"}) {
            auto connection = co_await HttpConnection::open(address);
            co_await connection.send(garbage);
            const auto reply = co_await connection.receive();
            EXPECT_TRUE(reply.has_value()) << garbage;
            if (reply) expect_refusal(*reply, 400, "INVALID_REQUEST");
            EXPECT_EQ(co_await connection.rest(), "") << garbage;
        }
        EXPECT_EQ((co_await get(address, "/healthz")).status, 200U);
    });
}

// ── routes ──

TEST_F(Http, an_unknown_address_and_an_unknown_method_are_told_apart)
{
    run({}, [](Address address) -> awaitable<void> {
        for (const char* target : {"/", "/calls/", "/healthz/", "/%68ealthz/x", "/../etc/passwd"})
            expect_refusal(co_await get(address, target), 404, "NOT_FOUND");

        const auto get_webhook = co_await get(address, "/receive_call");
        expect_refusal(get_webhook, 405, "METHOD_NOT_ALLOWED");
        EXPECT_EQ(get_webhook.headers.at("allow"), "POST, OPTIONS");
        const auto put = co_await ask(address, request_text("DELETE", "/override/text"));
        expect_refusal(put, 405, "METHOD_NOT_ALLOWED");
        EXPECT_EQ(put.headers.at("allow"), "POST, OPTIONS");
        const auto post_health = co_await post_json(address, "/healthz", "{}");
        expect_refusal(post_health, 405, "METHOD_NOT_ALLOWED");
        EXPECT_EQ(post_health.headers.at("allow"), "GET, HEAD, OPTIONS");
    });
}

TEST_F(Http, OPTIONS_tells_which_methods_an_address_takes)
{
    run({}, [](Address address) -> awaitable<void> {
        auto connection = co_await HttpConnection::open(address);
        co_await connection.send(request_text("OPTIONS", "/override/text"));
        const auto post = (co_await connection.receive()).value();
        EXPECT_EQ(post.status, 204U);
        EXPECT_EQ(post.headers.at("allow"), "POST, OPTIONS");
        EXPECT_FALSE(post.headers.contains("content-length"));
        co_await connection.send(request_text("OPTIONS", "/healthz"));
        EXPECT_EQ((co_await connection.receive()).value().headers.at("allow"),
                  "GET, HEAD, OPTIONS");
        co_await connection.send(request_text("OPTIONS", "/nowhere"));
        expect_refusal((co_await connection.receive()).value(), 404, "NOT_FOUND");
    });
}

TEST_F(Http, the_relays_address_wants_an_upgrade_and_no_other_address_takes_one)
{
    run({}, [](Address address) -> awaitable<void> {
        const auto plain = co_await get(address, "/relay/ws?callSid=CA1");
        expect_refusal(plain, 426, "WEBSOCKET_ERROR");
        EXPECT_EQ(plain.headers.at("upgrade"), "websocket");
        expect_refusal(
            co_await ask(address, "GET /relay/wss HTTP/1.1\r\nHost: x\r\n" + upgrade + "\r\n"),
            404,
            "NOT_FOUND");
        EXPECT_EQ(
            (co_await ask(address, "GET /relay/ws HTTP/1.1\r\nHost: x\r\n" + upgrade + "\r\n"))
                .status,
            101U);
    });
}

TEST_F(Http, a_query_and_percent_encoding_do_not_hide_an_address)
{
    run({}, [](Address address) -> awaitable<void> {
        EXPECT_EQ((co_await get(address, "/healthz?verbose=1&x=%00%ff")).status, 200U);
        EXPECT_EQ((co_await get(address, "/healthz?%zz")).status, 200U);
        // Signatures cover the target as it was sent: another spelling is another address.
        expect_refusal(co_await get(address, "/%68ealthz"), 404, "NOT_FOUND");
    });
}

// ── connections ──

TEST_F(Http, a_connection_is_kept_and_pipelined_requests_are_answered_in_order)
{
    run({}, [](Address address) -> awaitable<void> {
        auto connection = co_await HttpConnection::open(address);
        for (int i = 0; i < 3; ++i) {
            co_await connection.send(request_text("GET", "/healthz"));
            EXPECT_EQ((co_await connection.receive()).value().status, 200U);
        }
        co_await connection.send(
            request_text("GET", "/nowhere") +
            request_text("POST", "/receive_call", {{"Content-Type", form_type}}, "CallSid=CA1") +
            request_text("GET", "/healthz", {{"Connection", "close"}}));
        EXPECT_EQ((co_await connection.receive()).value().status, 404U);
        EXPECT_THAT((co_await connection.receive()).value().body, HasSubstr("<Response>"));
        const auto last = (co_await connection.receive()).value();
        EXPECT_EQ(last.status, 200U);
        EXPECT_EQ(last.headers.at("connection"), "close");
        EXPECT_EQ(co_await connection.rest(), "");

        auto old = co_await HttpConnection::open(address);
        co_await old.send("GET /healthz HTTP/1.0\r\n\r\n");
        EXPECT_THAT(co_await old.rest(), StartsWith("HTTP/1.0 200"));
    });
}

TEST_F(Http, HEAD_is_answered_like_GET_without_the_body)
{
    run({}, [](Address address) -> awaitable<void> {
        const auto full = co_await get(address, "/readyz");
        auto connection = co_await HttpConnection::open(address);
        co_await connection.send(request_text("HEAD", "/readyz"));
        const auto head = (co_await connection.receive(true)).value();
        EXPECT_EQ(head.status, 200U);
        EXPECT_EQ(head.body, "");
        EXPECT_EQ(head.headers.at("content-length"), std::to_string(full.body.size()));
        co_await connection.send(request_text("HEAD", "/nowhere"));
        EXPECT_EQ((co_await connection.receive(true)).value().status, 404U);
        co_await connection.send(request_text("GET", "/readyz"));
        EXPECT_EQ((co_await connection.receive()).value().body, full.body);
    });
}

TEST_F(Http, a_client_that_asks_before_it_sends_its_body_is_told_to_go_on)
{
    run({}, [](Address address) -> awaitable<void> {
        const std::string body = "CallSid=CA1&Pad=" + std::string(2000, 'x');
        const auto head = [&](std::size_t length) {
            return "POST /receive_call HTTP/1.1\r\nHost: x\r\nContent-Type: " + form_type +
                   "\r\nExpect: 100-continue\r\nContent-Length: " + std::to_string(length) +
                   "\r\n\r\n";
        };
        auto connection = co_await HttpConnection::open(address);
        for (int i = 0; i < 2; ++i) {
            co_await connection.send(head(body.size()));
            EXPECT_EQ((co_await connection.receive()).value().status, 100U);
            co_await connection.send(body);
            EXPECT_EQ((co_await connection.receive()).value().status, 200U);
        }
        // One that does not wait is not made to.
        co_await connection.send(head(body.size()) + body);
        EXPECT_EQ((co_await connection.receive()).value().status, 100U);
        EXPECT_EQ((co_await connection.receive()).value().status, 200U);
        // A body that will be refused need not be sent.
        co_await connection.send(head(100'000));
        EXPECT_EQ((co_await connection.receive()).value().status, 413U);
    });
}

TEST_F(Http, a_request_that_trickles_in_is_given_up_at_the_deadline)
{
    run(
        {},
        [this](Address address) -> awaitable<void> {
            auto silent = co_await HttpConnection::open(address);
            auto slow = co_await HttpConnection::open(address);
            EXPECT_TRUE(co_await eventually([&] { return app->figures().connections == 2; }));
            // One byte at a time, always more to come.
            const std::string request = request_text("GET", "/healthz", {{"X", "y"}});
            async::Timer pause{co_await async::asio::this_coro::executor};
            std::size_t sent = 0;
            while (app->figures().connections > 0 && sent < request.size() - 1) {
                co_await slow.send(request.substr(sent++, 1));
                pause.expires_after(20ms);
                co_await pause.async_wait(async::as_result);
            }
            EXPECT_EQ(app->figures().connections, 0U);
            EXPECT_EQ(co_await silent.rest(), "");
        },
        [](app::Config& config) { config.limits.request_header = 300ms; });
}

TEST_F(Http, a_body_that_trickles_in_is_given_up_at_its_own_deadline)
{
    run(
        {},
        [](Address address) -> awaitable<void> {
            auto slow = co_await HttpConnection::open(address);
            co_await slow.send(
                "POST /override/end HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{");
            EXPECT_EQ(co_await slow.rest(), "");
        },
        [](app::Config& config) { config.limits.request_body = 300ms; });
}

TEST_F(Http, a_connection_that_is_kept_may_be_idle_for_longer_than_a_header_may_take)
{
    run(
        {},
        [](Address address) -> awaitable<void> {
            auto kept = co_await HttpConnection::open(address);
            co_await kept.send(request_text("GET", "/healthz"));
            EXPECT_TRUE((co_await kept.receive()).has_value());
            async::Timer pause{co_await async::asio::this_coro::executor, 1s};
            co_await pause.async_wait(async::as_result);
            co_await kept.send(request_text("GET", "/healthz"));
            EXPECT_TRUE((co_await kept.receive()).has_value());
        },
        [](app::Config& config) { config.limits.request_header = 500ms; });
}

TEST_F(Http, a_connection_that_is_kept_is_closed_when_nothing_more_is_asked)
{
    run(
        {},
        [](Address address) -> awaitable<void> {
            auto kept = co_await HttpConnection::open(address);
            co_await kept.send(request_text("GET", "/healthz"));
            EXPECT_TRUE((co_await kept.receive()).has_value());
            EXPECT_EQ(co_await kept.rest(), "");
        },
        [](app::Config& config) { config.limits.idle = 300ms; });
}

TEST_F(Http, an_answer_that_nobody_takes_is_given_up)
{
    run(
        {},
        [this](Address address) -> awaitable<void> {
            auto deaf = co_await HttpConnection::open(address);
            // More answers than the kernel has room for.
            std::string requests;
            for (int i = 0; i < 500; ++i) requests += request_text("GET", "/openapi.json");
            co_await deaf.send(requests);
            EXPECT_TRUE(co_await eventually([&] { return app->figures().connections == 1; }));
            EXPECT_TRUE(co_await eventually([&] { return app->figures().connections == 0; }));
        },
        [](app::Config& config) { config.limits.write = 300ms; });
}

TEST_F(Http, a_request_may_begin_on_the_heels_of_another)
{
    run({}, [](Address address) -> awaitable<void> {
        auto hasty = co_await HttpConnection::open(address);
        co_await hasty.send(request_text("GET", "/healthz") + request_text("GET", "/readyz"));
        EXPECT_TRUE((co_await hasty.receive()).has_value());
        EXPECT_TRUE((co_await hasty.receive()).has_value());
    });
}

TEST_F(Http, a_tls_listener_survives_those_who_do_not_speak_tls)
{
    async::asio::io_context io;
    RunningApp running{tls_settings(),
                       [](app::Config& config) { config.limits.tls_handshake = 300ms; }};
    const auto script = [&]() -> awaitable<void> {
        const Address plain{running.address().port, false};
        auto stranger = co_await HttpConnection::open(plain);
        co_await stranger.send(request_text("GET", "/healthz"));
        co_await stranger.rest();
        auto silent = co_await HttpConnection::open(plain);
        EXPECT_EQ(co_await silent.rest(), "");
        EXPECT_EQ((co_await get(running.address(), "/healthz")).status, 200U);
    };
    run_io(io, script());
}

}  // namespace
}  // namespace phony::test
