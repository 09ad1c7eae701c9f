// Every refusal that the API reference promises, and those that strangers cause, byte for byte.

#include "support/eventually.hpp"
#include "support/fake_openai.hpp"
#include "support/relay_client.hpp"
#include "support/request_test.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"
#include <phony/base/json_text.hpp>

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

namespace phony::test {
namespace {

using async::awaitable;

std::string in_quotes(std::string_view text)
{
    std::string out;
    append_json_string(out, text);
    return out;
}

/// {"error":{"code":…,"message":…,"details":{…}}}
std::string refusal(std::string_view code, std::string_view message, std::string_view details = {})
{
    return R"({"error":{"code":)" + in_quotes(code) + R"(,"message":)" + in_quotes(message) +
           R"(,"details":{)" + std::string{details} + "}}}";
}

std::string invalid(const std::string& why, std::string_view field = {})
{
    const std::string at = field.empty() ? "" : R"("field":)" + in_quotes(field) + ",";
    return refusal(
        "INVALID_REQUEST", "Invalid request: " + why, at + R"("reason":)" + in_quotes(why));
}

const std::string no_such_call = refusal("CALL_NOT_FOUND", "No such call");

struct Row {
    std::string action;
    std::string body;
    unsigned status;
    std::string answer;
};

class Errors : public RequestTest {
protected:
    static awaitable<void> expect(Address address, Row row)
    {
        const auto reply = co_await post_json(address, "/override/" + row.action, row.body);
        EXPECT_EQ(reply.status, row.status) << row.action << " " << row.body;
        EXPECT_EQ(reply.body, row.answer) << row.action << " " << row.body;
        EXPECT_EQ(reply.headers.at("content-type"), "application/json");
    }
};

TEST_F(Errors, of_overrides_are_the_references)
{
    const std::string no_sid = invalid("callSid is missing", "callSid");
    const std::string bad_sid = invalid("callSid is not a call SID", "callSid");
    const std::string no_json = invalid("the body is not valid JSON");
    std::vector<Row> rows;
    for (const char* action : {"text", "dtmf", "end", "transfer", "clarification"}) {
        rows.push_back({action, "", 400, no_json});
        rows.push_back({action, R"({"callSid":"CA1")", 400, no_json});
        rows.push_back({action, "[]", 400, invalid("the body is not a JSON object")});
        rows.push_back({action, "{}", 400, no_sid});
        rows.push_back({action, R"({"callSid":null})", 400, no_sid});
        rows.push_back(
            {action, R"({"callSid":1})", 400, invalid("callSid must be a string", "callSid")});
        rows.push_back({action, R"({"callSid":""})", 400, bad_sid});
        rows.push_back({action, R"({"callSid":"a b"})", 400, bad_sid});
    }
    const std::vector<Row> own{
        {"text", R"({"callSid":"CA1"})", 400, invalid("text is missing", "text")},
        {"text", R"({"callSid":"CA1","text":" "})", 400, invalid("text must not be blank", "text")},
        {"text",
         R"({"callSid":"CA1","text":")" + std::string(4001, 'x') + R"("})",
         400,
         invalid("text must not exceed 4000 bytes", "text")},
        {"text", R"({"callSid":"CA1","text":"Hi"})", 404, no_such_call},
        {"dtmf", R"({"callSid":"CA1"})", 400, invalid("digit is missing", "digit")},
        {"dtmf",
         R"({"callSid":"CA1","digit":"A"})",
         400,
         invalid("digit must be one of 0-9, * or #", "digit")},
        {"dtmf", R"({"callSid":"CA1","digit":"1"})", 404, no_such_call},
        {"end", R"({"callSid":"CA1"})", 404, no_such_call},
        {"transfer", R"({"callSid":"CA1"})", 400, invalid("target is missing", "target")},
        {"transfer",
         R"({"callSid":"CA1","target":"555"})",
         400,
         invalid("target must be a phone number such as +15551234567", "target")},
        {"transfer", R"({"callSid":"CA1","target":"+15559999999"})", 404, no_such_call},
        {"clarification", R"({"callSid":"CA1"})", 400, invalid("response is missing", "response")},
        {"clarification", R"({"callSid":"CA1","response":"x"})", 404, no_such_call},
    };
    rows.insert(rows.end(), own.begin(), own.end());
    run({}, [&](Address address) -> awaitable<void> {
        for (const Row& row : rows) co_await expect(address, row);
    });
}

TEST_F(Errors, of_a_call_that_is_there_say_why_it_refuses)
{
    async::asio::io_context io;
    FakeOpenAi openai{io};
    RunningApp running{{{"OPENAI_BASE_URL", openai.base_url()}},
                       [](app::Config& config) { config.policy.close_grace = Duration{1}; }};
    const auto script = [&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(running.address(), "CA1");
        co_await eventually([&] { return running.figures().active_calls == 1; });
        co_await expect(running.address(),
                        {"clarification",
                         R"({"callSid":"CA1","response":"x"})",
                         400,
                         refusal("INVALID_REQUEST",
                                 "Invalid request: no_pending_question",
                                 R"("reason":"no_pending_question")")});
        co_await caller.hang_up();
        openai.close();
    };
    run_io(io, script());
}

TEST_F(Errors, of_addresses_and_methods)
{
    run({}, [](Address address) -> awaitable<void> {
        const auto nowhere = co_await get(address, "/override/nothing");
        EXPECT_EQ(nowhere.status, 404U);
        EXPECT_EQ(nowhere.body, refusal("NOT_FOUND", "Nothing is at this address"));
        for (const char* path : {"/override/text",
                                 "/override/dtmf",
                                 "/override/end",
                                 "/override/transfer",
                                 "/override/clarification",
                                 "/start_call",
                                 "/receive_call",
                                 "/relay/action"}) {
            for (const char* method : {"GET", "PUT", "PATCH", "DELETE"}) {
                const auto reply = co_await ask(address, request_text(method, path));
                EXPECT_EQ(reply.status, 405U) << method << path;
                EXPECT_EQ(reply.body,
                          refusal("METHOD_NOT_ALLOWED",
                                  "This address does not take this method",
                                  R"("allow":"POST, OPTIONS")"));
                EXPECT_EQ(reply.headers.at("allow"), "POST, OPTIONS");
            }
        }
        const auto session = co_await ask(address, request_text("PUT", "/session"));
        EXPECT_EQ(session.headers.at("allow"), "POST, DELETE, GET, HEAD, OPTIONS");
    });
}

TEST_F(Errors, of_sockets)
{
    const std::string version = "Sec-WebSocket-Version: 13\r\n";
    const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const auto open = [](Address address, const std::string& headers) {
        return ask(address,
                   "GET /relay/ws?callSid=CA1 HTTP/1.1\r\nHost: localhost\r\n"
                   "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" +
                       headers + "\r\n");
    };
    const auto malformed = [](const std::string& why) {
        return refusal(
            "WEBSOCKET_ERROR", "WebSocket error: " + why, R"("reason":)" + in_quotes(why));
    };
    run({}, [&](Address address) -> awaitable<void> {
        const auto plain = co_await get(address, "/relay/ws?callSid=CA1");
        EXPECT_EQ(plain.status, 426U);
        EXPECT_EQ(plain.body, refusal("WEBSOCKET_ERROR", "This address only speaks WebSocket"));
        EXPECT_EQ(plain.headers.at("upgrade"), "websocket");

        const auto old = co_await open(address, key + "Sec-WebSocket-Version: 8\r\n");
        EXPECT_EQ(old.status, 426U);
        EXPECT_EQ(old.headers.at("sec-websocket-version"), "13");
        EXPECT_EQ(old.code(), "WEBSOCKET_ERROR");

        const std::string bad_key = malformed("Sec-WebSocket-Key is missing or malformed");
        const std::vector<std::string> handshakes{
            version, version + "Sec-WebSocket-Key: short\r\n", version + key + key};
        for (const std::string& headers : handshakes) {
            const auto reply = co_await open(address, headers);
            EXPECT_EQ(reply.status, 400U) << headers;
            EXPECT_EQ(reply.body, bad_key) << headers;
        }
        const auto homeless =
            co_await ask(address,
                         "GET /relay/ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
                             version + key + "\r\n");
        EXPECT_EQ(homeless.status, 400U);
        EXPECT_EQ(homeless.body, malformed("the Host is missing"));
        EXPECT_EQ((co_await open(address, version + key)).status, 101U);
    });
}

TEST_F(Errors, of_a_simulated_call_are_hidden_in_production)
{
    run({{"PHONY_ENV", "production"},
         {"TWILIO_AUTH_TOKEN", "twilio"},
         {"PHONY_PUBLIC_URL", "https://phone.example.com"},
         {"OPENAI_BASE_URL", "http://127.0.0.1:9/v1"},
         {"PHONY_SUPERVISOR_TOKENS", "ada:secret-a"}},
        [](Address address) -> awaitable<void> {
            const auto hidden = co_await post_json(address, "/test/simulate_call", "{}");
            EXPECT_EQ(hidden.status, 404U);
            EXPECT_EQ(hidden.body, refusal("NOT_FOUND", "Nothing is at this address"));
        });
}

}  // namespace
}  // namespace phony::test
