// Who may do what: tokens, sessions, the pages of other sites, and who scrapes.

#include "server/supervisors.hpp"
#include "support/eventually.hpp"
#include "support/request_test.hpp"
#include <phony/api/session.hpp>

#include <chrono>

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const RunningApp::Settings with_tokens{{"PHONY_SUPERVISOR_TOKENS", "ada:secret-a,ben:secret-b"}};

const std::string order = R"({"callSid":"CA_nobody","text":"Hi"})";
const std::string no_such_call =
    R"({"error":{"code":"CALL_NOT_FOUND","message":"No such call","details":{}}})";

std::string unauthorized(const std::string& why)
{
    return R"({"error":{"code":"UNAUTHORIZED","message":"A valid token is needed: )" + why +
           R"(","details":{"reason":")" + why + R"("}}})";
}

class Access : public RequestTest {
protected:
    static awaitable<HttpReply> send(Address address,
                                     std::string method,
                                     std::string target,
                                     Headers headers = {},
                                     std::string body = {})
    {
        co_return co_await ask(address, request_text(method, target, headers, body));
    }

    /// A supervisor's order, with these headers.
    static awaitable<HttpReply> text(Address address, Headers headers)
    {
        return send(address, "POST", "/override/text", std::move(headers), order);
    }

    static awaitable<HttpReply> sign_in(Address address,
                                        std::string_view token,
                                        Headers headers = {})
    {
        const auto body = R"({"token":")" + std::string{token} + R"("})";
        return send(address, "POST", "/session", std::move(headers), body);
    }

    double refused(const std::string& what) const
    {
        return app->metric("phony_access_refused_total{what=\"" + what + "\"}");
    }
};

/// "phony_session=…", as a browser sends it back.
std::string cookie_of(const HttpReply& reply)
{
    const auto header = reply.headers.find("set-cookie");
    return header == reply.headers.end() ? "" : header->second.substr(0, header->second.find(';'));
}

// ── tokens ──

TEST_F(Access, is_everyones_without_tokens)
{
    run({}, [](Address address) -> awaitable<void> {
        const auto reply = co_await text(address, {});
        EXPECT_EQ(reply.status, 404U);
        EXPECT_EQ(reply.body, no_such_call);
        const auto session = co_await send(address, "GET", "/session");
        EXPECT_EQ(session.body, R"({"tokensRequired":false,"supervisor":"supervisor"})");
        const auto signed_in = co_await sign_in(address, "whatever");
        EXPECT_EQ(signed_in.body, R"({"status":"success","supervisor":"supervisor"})");
        EXPECT_EQ(cookie_of(signed_in), "");
    });
}

TEST_F(Access, to_what_supervisors_do_needs_a_token_once_there_are_any)
{
    run(with_tokens, [this](Address address) -> awaitable<void> {
        for (const char* path : {"/override/text",
                                 "/override/dtmf",
                                 "/override/end",
                                 "/override/transfer",
                                 "/override/clarification",
                                 "/test/simulate_call"}) {
            const auto none = co_await send(address, "POST", path, {}, order);
            EXPECT_EQ(none.status, 401U) << path;
            EXPECT_EQ(none.headers.at("www-authenticate"), "Bearer") << path;
            EXPECT_EQ(none.body,
                      unauthorized("a supervisor's token is needed: Authorization: Bearer TOKEN, "
                                   "or sign in"))
                << path;
        }
        const auto wrong = co_await text(address, {{"Authorization", "Bearer secret-c"}});
        EXPECT_EQ(wrong.status, 401U);
        EXPECT_EQ(wrong.body, unauthorized("this is no supervisor's token"));
        EXPECT_EQ((co_await text(address, {{"Authorization", "Bearer secret-b"}})).status, 404U);
        EXPECT_EQ((co_await text(address,
                                 {{"Authorization", "Bearer secret-b"},
                                  {"Authorization", "Bearer secret-b"}}))
                      .status,
                  401U)
            << "which one counts?";
        EXPECT_EQ(refused("supervisor_token"), 8);
    });
}

TEST_F(Access, to_what_is_not_theirs_needs_no_token)
{
    run(with_tokens, [](Address address) -> awaitable<void> {
        for (const char* path : {"/healthz", "/readyz", "/metrics", "/session"})
            EXPECT_EQ((co_await get(address, path)).status, 200U) << path;
        const auto webhook =
            co_await post_form(address, "/receive_call", Form{{{"CallSid", "CA1"}}});
        EXPECT_EQ(webhook.status, 200U);
        EXPECT_EQ((co_await get(address, "/nowhere")).status, 404U);
        EXPECT_EQ((co_await get(address, "/override/text")).status, 405U);
    });
}

// ── sessions ──

TEST_F(Access, is_kept_by_a_session_from_signing_in_to_signing_out)
{
    run(with_tokens, [](Address address) -> awaitable<void> {
        EXPECT_EQ((co_await send(address, "GET", "/session")).body,
                  R"({"tokensRequired":true,"supervisor":null})");

        const auto signed_in = co_await sign_in(address, "secret-b");
        EXPECT_EQ(signed_in.status, 200U);
        EXPECT_EQ(signed_in.body, R"({"status":"success","supervisor":"ben"})");
        EXPECT_THAT(signed_in.headers.at("set-cookie"),
                    AllOf(StartsWith("phony_session="),
                          HasSubstr("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"),
                          Not(HasSubstr("Secure")),
                          Not(HasSubstr("secret"))));

        const Headers cookie{{"Cookie", "theme=dark; " + cookie_of(signed_in)}};
        EXPECT_EQ((co_await text(address, cookie)).status, 404U);
        EXPECT_EQ((co_await send(address, "GET", "/session", cookie)).body,
                  R"({"tokensRequired":true,"supervisor":"ben"})");

        const auto signed_out = co_await send(address, "DELETE", "/session", cookie);
        EXPECT_EQ(signed_out.status, 204U);
        EXPECT_EQ(signed_out.headers.at("set-cookie"),
                  "phony_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
        EXPECT_EQ((co_await text(address, {{"Cookie", cookie_of(signed_out)}})).status, 401U);
    });
}

TEST_F(Access, behind_https_is_kept_by_a_cookie_that_never_leaves_it)
{
    auto settings = with_tokens;
    settings["PHONY_PUBLIC_URL"] = "https://phone.example.com";
    run(settings, [](Address address) -> awaitable<void> {
        const auto signed_in = co_await sign_in(address, "secret-a");
        EXPECT_THAT(signed_in.headers.at("set-cookie"),
                    AllOf(StartsWith("__Host-phony_session="), HasSubstr("; Secure")));
        const std::string cookie = cookie_of(signed_in);
        EXPECT_EQ((co_await text(address, {{"Cookie", cookie}})).status, 404U);
        EXPECT_EQ((co_await text(address, {{"Cookie", cookie.substr(7)}})).status, 401U)
            << "another name";
    });
}

TEST_F(Access, ends_with_the_session)
{
    run(with_tokens, [](Address address) -> awaitable<void> {
        const auto at = [&](WallTime expires, const char* token) {
            return Headers{
                {"Cookie", "phony_session=" + api::session_value("ada", expires, token)}};
        };
        const auto now = std::chrono::system_clock::now();
        EXPECT_EQ((co_await text(address, at(now + 1min, "secret-a"))).status, 404U);
        const auto expired = co_await text(address, at(now - 1s, "secret-a"));
        EXPECT_EQ(expired.status, 401U);
        EXPECT_EQ(expired.body, unauthorized("the session has expired: sign in again"));
        const auto rotated = co_await text(address, at(now + 1min, "what it was before"));
        EXPECT_EQ(rotated.status, 401U);
        EXPECT_EQ(rotated.body, unauthorized("the session is not valid any more: sign in again"));
    });
}

TEST_F(Access, by_a_session_outlives_a_restart_but_not_a_new_token)
{
    std::string cookie;
    run(with_tokens, [&](Address address) -> awaitable<void> {
        cookie = cookie_of(co_await sign_in(address, "secret-a"));
    });
    run(with_tokens, [&](Address address) -> awaitable<void> {
        EXPECT_EQ((co_await text(address, {{"Cookie", cookie}})).status, 404U);
    });
    run({{"PHONY_SUPERVISOR_TOKENS", "ada:secret-new,ben:secret-b"}},
        [&](Address address) -> awaitable<void> {
            EXPECT_EQ((co_await text(address, {{"Cookie", cookie}})).status, 401U);
        });
}

TEST_F(Access, is_not_guessed)
{
    run(with_tokens, [this](Address address) -> awaitable<void> {
        for (int i = 0; i < 10; ++i) {
            const auto wrong = co_await sign_in(address, "guess");
            EXPECT_EQ(wrong.status, 401U);
            EXPECT_EQ(wrong.body, unauthorized("this is no supervisor's token"));
            EXPECT_EQ(wrong.headers.at("www-authenticate"), "Bearer");
        }
        const auto limited = co_await sign_in(address, "secret-a");
        EXPECT_EQ(limited.status, 429U);
        EXPECT_EQ(limited.code(), "RATE_LIMITED");
        EXPECT_EQ(limited.detail("retryAfter"), limited.headers.at("retry-after"));
        const int seconds = std::stoi(limited.headers.at("retry-after"));
        EXPECT_TRUE(seconds >= 1 && seconds <= 6) << seconds;
        // Who has a token already is not kept from work by who has not.
        EXPECT_EQ((co_await text(address, {{"Authorization", "Bearer secret-a"}})).status, 404U);
        EXPECT_EQ(refused("sign_in"), 10);
        EXPECT_EQ(app->metric("phony_rate_limited_total{what=\"sign_in\"}"), 1);
    });
}

TEST_F(Access, is_refused_to_a_malformed_sign_in)
{
    run(with_tokens, [](Address address) -> awaitable<void> {
        for (const auto& [body, field] : std::vector<std::pair<std::string, std::string>>{
                 {"", ""}, {"token=secret-a", ""}, {"{}", "token"}, {R"({"token":1})", "token"}}) {
            const auto reply = co_await send(address, "POST", "/session", {}, body);
            EXPECT_EQ(reply.status, 400U) << body;
            EXPECT_EQ(reply.code(), "INVALID_REQUEST") << body;
            EXPECT_EQ(reply.detail("field"), field) << body;
        }
    });
}

// ── pages ──

TEST_F(Access, is_for_our_own_pages_only)
{
    auto settings = with_tokens;
    settings["PHONY_PUBLIC_URL"] = "https://phone.example.com";
    settings["PHONY_ALLOWED_ORIGINS"] = "https://dash.example.com, http://localhost:5173";
    run(settings, [this](Address address) -> awaitable<void> {
        const auto from = [&](const std::string& origin) {
            return text(address, {{"Authorization", "Bearer secret-a"}, {"Origin", origin}});
        };
        for (const char* ours : {"http://localhost",  // request_text()'s Host
                                 "https://phone.example.com",
                                 "https://dash.example.com",
                                 "http://localhost:5173"}) {
            const auto reply = co_await from(ours);
            EXPECT_EQ(reply.status, 404U) << ours;
            EXPECT_EQ(reply.headers.at("access-control-allow-origin"), ours);
            EXPECT_EQ(reply.headers.at("vary"), "Origin");
        }
        int strangers = 0;
        for (const char* theirs : {"https://evil.example",
                                   "http://phone.example.com",
                                   "https://phone.example.com.evil.example",
                                   "http://localhost:5174",
                                   "null",
                                   ""}) {
            const auto reply = co_await from(theirs);
            EXPECT_EQ(reply.status, 403U) << theirs;
            EXPECT_EQ(
                reply.body,
                R"({"error":{"code":"FORBIDDEN","message":"This is not allowed from there: )"
                R"(the Origin is neither ours nor in PHONY_ALLOWED_ORIGINS","details":{"reason":)"
                R"("the Origin is neither ours nor in PHONY_ALLOWED_ORIGINS"}}})")
                << theirs;
            EXPECT_FALSE(reply.headers.contains("access-control-allow-origin")) << theirs;
            ++strangers;
        }
        EXPECT_EQ((co_await text(address,
                                 {{"Authorization", "Bearer secret-a"},
                                  {"Origin", "https://phone.example.com"},
                                  {"Origin", "https://phone.example.com"}}))
                      .status,
                  403U);
        EXPECT_EQ(
            (co_await sign_in(address, "secret-a", {{"Origin", "https://evil.example"}})).status,
            403U);
        EXPECT_EQ(refused("origin"), strangers + 2);
    });
}

TEST_F(Access, a_listed_page_is_told_what_it_may_send)
{
    run({{"PHONY_ALLOWED_ORIGINS", "https://dash.example.com"}},
        [](Address address) -> awaitable<void> {
            const auto preflight = [&](const std::string& origin) {
                return send(address,
                            "OPTIONS",
                            "/override/dtmf",
                            {{"Origin", origin},
                             {"Access-Control-Request-Method", "POST"},
                             {"Access-Control-Request-Headers", "content-type"}});
            };
            const auto ours = co_await preflight("https://dash.example.com");
            EXPECT_EQ(ours.status, 204U);
            EXPECT_EQ(ours.headers.at("access-control-allow-origin"), "https://dash.example.com");
            EXPECT_THAT(ours.headers.at("access-control-allow-methods"), HasSubstr("POST"));
            EXPECT_THAT(ours.headers.at("access-control-allow-headers"),
                        AllOf(HasSubstr("Content-Type"), HasSubstr("Authorization")));
            const auto theirs = co_await preflight("https://evil.example");
            EXPECT_FALSE(theirs.headers.contains("access-control-allow-origin"));
            EXPECT_FALSE(theirs.headers.contains("access-control-allow-methods"));
        });
}

TEST_F(Access, without_tokens_is_not_for_a_name_that_was_made_to_lead_here)
{
    const auto to = [](Address address, const std::string& host) {
        return ask(address,
                   "POST /override/text HTTP/1.1\r\nHost: " + host +
                       "\r\nContent-Length: " + std::to_string(order.size()) + "\r\n\r\n" + order);
    };
    run({{"PHONY_PUBLIC_URL", "https://phone.example.com"}},
        [&](Address address) -> awaitable<void> {
            for (const char* ours : {"localhost:24187",
                                     "127.0.0.1",
                                     "[::1]:80",
                                     "192.168.0.7:24187",
                                     "phone.example.com"})
                EXPECT_EQ((co_await to(address, ours)).status, 404U) << ours;
            for (const char* theirs : {"evil.example:24187", "127.0.0.1.evil.example", "x"}) {
                const auto reply = co_await to(address, theirs);
                EXPECT_EQ(reply.status, 403U) << theirs;
                EXPECT_EQ(reply.code(), "FORBIDDEN") << theirs;
            }
            EXPECT_EQ(refused("host"), 3);
        });
    run(with_tokens, [&](Address address) -> awaitable<void> {
        EXPECT_EQ((co_await to(address, "evil.example")).status, 401U) << "has no cookie of ours";
    });
}

/// An upgrade that asks for a WebSocket, with these further headers.
std::string upgrade(const std::string& target, const std::string& headers)
{
    return "GET " + target +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           headers + "\r\n";
}

TEST_F(Access, a_strangers_page_cannot_open_sockets)
{
    run({}, [&](Address address) -> awaitable<void> {
        for (const char* target : {"/relay/ws?callSid=CA1", "/events/ws?callSid=CA1"}) {
            const auto theirs =
                co_await ask(address, upgrade(target, "Origin: https://evil.example\r\n"));
            EXPECT_EQ(theirs.status, 403U) << target;
            EXPECT_EQ(theirs.code(), "FORBIDDEN") << target;
            const auto ours =
                co_await ask(address, upgrade(target, "Origin: http://localhost\r\n"));
            EXPECT_EQ(ours.status, 101U) << target;
        }
    });
}

TEST_F(Access, to_the_events_of_a_call_needs_a_token_or_a_session)
{
    run(with_tokens, [](Address address) -> awaitable<void> {
        const auto watch = [&](const std::string& headers) {
            return ask(address, upgrade("/events/ws?callSid=CA1", headers));
        };
        const auto none = co_await watch("");
        EXPECT_EQ(none.status, 401U);
        EXPECT_EQ(none.code(), "UNAUTHORIZED");
        EXPECT_EQ((co_await watch("Authorization: Bearer secret-c\r\n")).status, 401U);
        EXPECT_EQ((co_await watch("Authorization: Bearer secret-a\r\n")).status, 101U);
        const std::string cookie = cookie_of(co_await sign_in(address, "secret-b"));
        EXPECT_EQ((co_await watch("Cookie: " + cookie + "\r\n")).status, 101U);
        EXPECT_EQ((co_await get(address, "/calls")).status, 401U);
    });
}

// ── what browsers are told ──

TEST_F(Access, from_a_browser_is_by_https_for_ever_once_that_is_where_we_are)
{
    RunningApp::Settings settings{{"PHONY_ENV", "production"},
                                  {"TWILIO_AUTH_TOKEN", "token"},
                                  {"PHONY_PUBLIC_URL", "https://phone.example.com"},
                                  {"OPENAI_API_KEY", "sk-test"},
                                  {"PHONY_SUPERVISOR_TOKENS", "ada:secret-a"}};
    run(settings, [](Address address) -> awaitable<void> {
        for (const char* target : {"/dashboard/", "/healthz", "/calls", "/nowhere"}) {
            const auto reply = co_await get(address, target);
            EXPECT_EQ(reply.headers.at("strict-transport-security"), "max-age=31536000") << target;
        }
    });
    // A machine of one's own speaks plain http on other ports.
    run({{"PHONY_PUBLIC_URL", "https://localhost:8443"}}, [](Address address) -> awaitable<void> {
        EXPECT_FALSE(
            (co_await get(address, "/healthz")).headers.contains("strict-transport-security"));
    });
}

TEST_F(Access, from_a_browser_finds_nothing_that_it_would_run_or_frame_but_pages)
{
    run({}, [](Address address) -> awaitable<void> {
        for (const char* target : {"/healthz", "/calls", "/openapi.json", "/nowhere", "/metrics"}) {
            const auto headers = (co_await get(address, target)).headers;
            EXPECT_EQ(headers.at("x-content-type-options"), "nosniff") << target;
            EXPECT_EQ(headers.at("content-security-policy"),
                      "default-src 'none'; frame-ancestors 'none'")
                << target;
        }
    });
}

// ── scraping ──

TEST_F(Access, to_metrics_may_need_a_token_of_its_own)
{
    run({{"PHONY_METRICS_TOKEN", "scrape"}}, [this](Address address) -> awaitable<void> {
        const auto with = [&](const std::string& header) {
            return send(address, "GET", "/metrics", {{"Authorization", header}});
        };
        const auto none = co_await get(address, "/metrics");
        EXPECT_EQ(none.status, 401U);
        EXPECT_EQ(none.body,
                  unauthorized("PHONY_METRICS_TOKEN is needed: Authorization: Bearer TOKEN"));
        EXPECT_EQ((co_await with("Bearer scrap")).status, 401U);
        EXPECT_EQ((co_await with("Basic scrape")).status, 401U);
        EXPECT_THAT((co_await with("Bearer scrape")).body, HasSubstr("phony_active_calls"));
        EXPECT_EQ(refused("metrics_token"), 3);
    });
}

}  // namespace
}  // namespace phony::test
