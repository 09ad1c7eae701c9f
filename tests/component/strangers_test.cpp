// What strangers send: thousands of requests that are broken in every part, over connections that
// are kept. Each is answered with what a client did wrong; none harms the server.

#include "support/eventually.hpp"
#include "support/relay_client.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace phony::test {
namespace {

using namespace async::asio::experimental::awaitable_operators;
using namespace std::string_view_literals;
using async::awaitable;

/// Requests out of a seed: the same ones everywhere, because only the engine's own numbers are
/// used.
class Stranger {
public:
    explicit Stranger(std::uint32_t seed) : random_{seed} {}

    std::string request()
    {
        std::string target = path();
        if (chance(3)) target += '?' + query();
        // A body is always delimited, so that the connection stays usable.
        const std::string content = body();
        std::string text = std::string{pick(methods)} + ' ' + target +
                           " HTTP/1.1\r\nHost: " + std::string{pick(hosts)} + "\r\n";
        for (std::size_t i = below(4); i > 0; --i) text += header();
        text += "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n";
        return text + content;
    }

private:
    static constexpr std::array<std::string_view, 9> methods{
        "GET", "HEAD", "POST", "POST", "POST", "DELETE", "OPTIONS", "PUT", "BREW"};
    static constexpr std::array<std::string_view, 6> hosts{
        "localhost", "localhost", "127.0.0.1:80", "evil.example", "[::1", ":"};
    static constexpr std::array<std::string_view, 24> paths{"/override/text",
                                                            "/override/dtmf",
                                                            "/override/end",
                                                            "/override/transfer",
                                                            "/override/clarification",
                                                            "/session",
                                                            "/healthz",
                                                            "/readyz",
                                                            "/metrics",
                                                            "/relay/ws",
                                                            "/events/ws",
                                                            "/calls",
                                                            "/calls/CA1",
                                                            "/calls/%43A1",
                                                            "/calls/%zz",
                                                            "/calls/a%2Fb",
                                                            "/calls/%00",
                                                            "/history",
                                                            "/openapi.json",
                                                            "/start_call",
                                                            "/receive_call",
                                                            "/relay/action",
                                                            "/dashboard/../../etc/passwd",
                                                            "/test/simulate_call"};
    static constexpr std::array<std::string_view, 14> queries{"callSid=CA1",
                                                              "callSid=",
                                                              "callSid=*&since=-1",
                                                              "since=99999999999999999999",
                                                              "limit=-1",
                                                              "limit=1e9",
                                                              "cursor=%00%ff",
                                                              "from=yesterday&to=%zz",
                                                              "q=%27%20OR%201%3D1--",
                                                              "q=%25_%5C",
                                                              "&&&===",
                                                              "callSid=%3Cscript%3E",
                                                              "tokens=1&tokens=2",
                                                              "%"};
    static constexpr std::array<std::string_view, 20> bodies{
        R"({"callSid":"CA1","text":"Hello"})",
        R"({"callSid":"CA1","digit":"1"})",
        R"({"callSid":"CA1"})",
        R"({"callSid":"CA1","target":"+15559999999"})",
        R"({"callSid":"CA1","response":"x"})",
        R"({"token":"secret-a"})",
        R"({"token":null})",
        "",
        "{",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "null",
        "1e999",
        R"("\ud800")",
        R"({"callSid":{"$ne":1},"text":[]})",
        "CallSid=CA1&From=%2B1555",
        "CallSid=%zz",
        "\xff\xfe\x00x",
        R"({"callSid":"CA1","text":"\u0000\uffff"})",
        R"({"from":"+15551234567","to":"+18578167225","scenario":"nothing"})",
        R"({"callSid":"CA1","callSid":"CA2","text":"Hi"})"};
    static constexpr std::array<std::string_view, 16> headers{
        "Authorization: Bearer secret-a",
        "Authorization: Bearer ",
        "Authorization: Basic Og==",
        "Cookie: phony_session=1.61.00",
        "Cookie: phony_session=99999999999.616461.ab",
        "Cookie: ;;;=;phony_session",
        "Origin: null",
        "Origin: http://localhost",
        "Origin: https://evil.example",
        "Content-Type: text/plain",
        "Accept: \x01\xff",
        "X-Forwarded-For: 1.2.3.4",
        "Access-Control-Request-Method: POST",
        "X-Twilio-Signature: AAAA",
        "Range: bytes=0-",
        "If-None-Match: *"};

    std::size_t below(std::size_t limit) { return random_() % limit; }
    bool chance(std::size_t one_in) { return below(one_in) == 0; }

    template <std::size_t Size>
    std::string_view pick(const std::array<std::string_view, Size>& from)
    {
        return from[below(Size)];
    }

    /// Some bytes changed, cut or doubled.
    std::string broken(std::string_view text, std::string_view alphabet)
    {
        std::string result{text};
        for (std::size_t i = below(4); i > 0 && !result.empty(); --i) {
            const std::size_t at = below(result.size());
            switch (below(3)) {
            case 0: result[at] = alphabet[below(alphabet.size())]; break;
            case 1: result.erase(at, 1 + below(3)); break;
            default: result.insert(at, result.substr(at, 1 + below(8))); break;
            }
        }
        return result;
    }

    std::string path()
    {
        const std::string_view known = pick(paths);
        if (!chance(3)) return std::string{known};
        return '/' + broken(known, "/%.{}~09AZaz-_:=+");
    }
    std::string query() { return broken(pick(queries), "&=%+09AZaz<>'*"); }
    std::string header()
    {
        const std::string_view known = pick(headers);
        const auto value = known.find(": ") + 2;
        return std::string{known.substr(0, value)} +
               broken(known.substr(value), "\t !\"%,;=09AZaz\x80\xff") + "\r\n";
    }
    std::string body()
    {
        std::string text = broken(pick(bodies), "\0\n\"\\{}[]:,09ae+\x80\xff"sv);
        if (chance(50)) text.append(below(60'000), '[');
        return text;
    }

    std::mt19937 random_;
};

class Strangers : public AppTest {
protected:
    static constexpr int requests_each = 750;

    /// True as long as the connection goes on.
    static awaitable<bool> one(HttpConnection& connection, const std::string& request)
    {
        const bool head = request.starts_with("HEAD ");
        if (!co_await connection.send(request)) co_return false;
        auto reply = co_await connection.receive(head);
        EXPECT_TRUE(reply.has_value()) << request;
        if (!reply) co_return false;
        EXPECT_TRUE(reply->status < 500 && reply->status >= 200)
            << reply->status << " " << reply->body << "\n"
            << request;
        if (reply->status >= 400 && !head) {
            EXPECT_NE(reply->code(), "") << request << "\n" << reply->body;
        }
        co_return reply->headers["connection"] != "close";
    }

    static awaitable<void> pester(Address address, std::uint32_t seed)
    {
        Stranger stranger{seed};
        std::optional<HttpConnection> connection;
        for (int i = 0; i < requests_each; ++i) {
            if (!connection) connection = co_await HttpConnection::open(address);
            if (!co_await one(*connection, stranger.request())) connection.reset();
        }
    }

    void run(const RunningApp::Settings& settings)
    {
        async::asio::io_context io;
        RunningApp running{settings};
        const auto script = [&]() -> awaitable<void> {
            // Someone is on the line all the while.
            auto caller = co_await RelayClient::dial(running.address(), "CA_bystander");
            co_await (pester(running.address(), 1) && pester(running.address(), 2) &&
                      pester(running.address(), 3) && pester(running.address(), 4));
            co_await caller.prompt("Hello, which phone plans do you have?");
            EXPECT_TRUE((co_await caller.reply()).complete);
            const auto health = co_await get(running.address(), "/healthz");
            EXPECT_EQ(health.status, 200U);
            EXPECT_EQ(health.json().at("status"), "ok");
            co_await caller.hang_up();
        };
        run_io(io, script());
    }
};

TEST_F(Strangers, are_told_what_is_wrong_and_harm_nothing)
{
    run({});
}

TEST_F(Strangers, do_no_harm_in_front_of_a_locked_door_either)
{
    run({{"PHONY_SUPERVISOR_TOKENS", "ada:secret-a"},
         {"PHONY_SUPERVISOR_RATE", "100"},
         {"PHONY_MAX_CALLS", "10"},
         {"PHONY_METRICS_TOKEN", "scrape"},
         {"PHONY_ALLOWED_ORIGINS", "https://dash.example.com"}});
}

}  // namespace
}  // namespace phony::test
