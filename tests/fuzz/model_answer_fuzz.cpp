// Whatever a model's server answers, byte for byte: HTTP's head, its chunks, the events in them.
// The client that the calls use reads it over loopback, and nothing here waits for a clock.
//
// The first byte says how the rest is framed, the second how it is cut into segments.

#include "clients/openai_client.hpp"
#include "support/script_bytes.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/async/task_group.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace phony;
using namespace std::chrono_literals;
namespace asio = async::asio;
using asio::ip::tcp;
using async::as_result;
using async::awaitable;
using test::ScriptBytes;

void require(bool holds, std::string_view what)
{
    if (holds) return;
    std::cerr << "broken: " << what << '\n';
    std::abort();
}

/// "3\r\nabc\r\n", once for each piece.
std::string chunked(std::string_view body, std::size_t piece)
{
    std::string framed;
    for (std::size_t at = 0; at < body.size(); at += piece) {
        const auto part = body.substr(at, piece);
        std::array<char, 16> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", part.size());
        framed.append(size.data()).append(part).append("\r\n");
    }
    return framed + "0\r\n\r\n";
}

/// The whole answer: as it is, or the rest as the body of a response that is well formed.
std::string answer_from(ScriptBytes& bytes)
{
    constexpr std::array<std::string_view, 6> statuses{"200 OK",
                                                       "200 OK",
                                                       "200 OK",
                                                       "429 Too Many Requests",
                                                       "500 Internal Server Error",
                                                       "204 x"};
    constexpr std::array<std::string_view, 4> types{
        "text/event-stream", "text/event-stream; charset=utf-8", "application/json", "text/html"};
    const auto framing = bytes.next() % 4;
    if (framing == 0) return std::string{bytes.rest()};
    std::string answer = "HTTP/1.1 ";
    answer.append(bytes.one_of(statuses)).append("\r\nContent-Type: ").append(bytes.one_of(types));
    answer += "\r\nx-request-id: req_1\r\n";
    const std::size_t piece = bytes.next() + 1U;
    const auto body = bytes.rest();
    if (framing == 1) return answer + "Transfer-Encoding: chunked\r\n\r\n" + chunked(body, piece);
    if (framing == 2)
        answer.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    return answer.append("\r\n").append(body);
}

/// Answers each request with the same bytes, `size` of them at a time.
class Server {
public:
    explicit Server(asio::io_context& io)
        : acceptor_{io.get_executor(), {asio::ip::address_v4::loopback(), 0}},
          connections_{io.get_executor(), [](const std::exception_ptr&) { std::abort(); }}
    {
        connections_.spawn(accept());
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void answer(std::string_view bytes, std::size_t size)
    {
        bytes_ = bytes;
        size_ = size;
    }

    /// Says that no more is to come, on each connection that has been answered.
    bool end_answers()
    {
        bool any = false;
        for (auto* one : open_) {
            if (!std::exchange(one->owes_an_end, false)) continue;
            async::error_code ignored;
            one->socket.shutdown(tcp::socket::shutdown_send, ignored);
            any = true;
        }
        return any;
    }

    void hang_up()
    {
        for (auto* one : open_) {
            async::error_code ignored;
            one->socket.set_option(asio::socket_base::linger{true, 0}, ignored);
            one->socket.close(ignored);
        }
    }

    /// No connection is left.
    bool alone() const { return open_.empty(); }

private:
    struct One {
        async::Socket socket;
        bool owes_an_end = false;
    };

    awaitable<void> accept()
    {
        for (;;) {
            auto [ec, socket] = co_await acceptor_.async_accept(as_result);
            if (ec) co_return;
            connections_.spawn(serve(std::move(socket)));
        }
    }

    awaitable<void> serve(async::Socket socket)
    {
        One one{std::move(socket)};
        one.socket.set_option(tcp::no_delay{true});
        open_.push_back(&one);
        while (co_await receive(one) && co_await reply(one)) {}
        std::erase(open_, &one);
    }

    static awaitable<bool> receive(One& one)
    {
        std::string request;
        std::array<char, 4096> read;
        while (!request.ends_with("\r\n\r\n{}")) {
            auto [ec, size] = co_await one.socket.async_read_some(asio::buffer(read), as_result);
            if (ec) co_return false;
            request.append(read.data(), size);
        }
        co_return true;
    }

    awaitable<bool> reply(One& one)
    {
        const std::string_view bytes = bytes_;
        const std::size_t step = size_;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            auto [ec, size] = co_await asio::async_write(
                one.socket, asio::buffer(bytes.substr(at, step)), as_result);
            if (ec) co_return false;
            co_await asio::post(one.socket.get_executor(), async::use_awaitable);
        }
        one.owes_an_end = true;
        co_return true;
    }

    asio::basic_socket_acceptor<tcp, async::Executor> acceptor_;
    std::string_view bytes_;
    std::size_t size_ = 1;
    std::vector<One*> open_;
    async::TaskGroup connections_;
};

struct Outcome {
    std::string words;
    bool complete = false;
    std::string failure;  ///< why
    bool over = false;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// As a call asks.
awaitable<void> ask(clients::ModelClient& client, Outcome& outcome)
{
    const auto reply = client.ask();
    const auto fail = [&](const openai::Failure& failure) {
        outcome.failure = std::to_string(static_cast<int>(failure.reason));
        outcome.over = true;
    };
    if (const auto sent = co_await reply->send("{}"); !sent) co_return fail(sent.error());
    if (const auto started = co_await reply->started(); !started) co_return fail(started.error());
    require(reply->request_id().size() <= 128, "a request id is short");
    const auto take = [&](const hub::ModelRead& read) {
        require(!outcome.complete, "nothing comes behind the end");
        outcome.words += read.text;
        outcome.complete = read.complete;
        return true;
    };
    while (!outcome.complete) {
        if (const auto read = co_await reply->read(take); !read) co_return fail(read.error());
    }
    co_await reply->finish();
    outcome.over = true;
}

asio::ssl::context& no_tls()
{
    static asio::ssl::context context{asio::ssl::context::tls_client};
    return context;
}

/// Runs what is ready until `is_true`. When nothing is, the server has said all it had to say.
template <typename Predicate>
void run_until(asio::io_context& io, Server& server, Predicate is_true)
{
    const auto patience = std::chrono::steady_clock::now() + 8s;
    while (!is_true()) {
        if (io.poll() > 0 || server.end_answers()) continue;
        require(std::chrono::steady_clock::now() < patience,
                "a reply that was cut comes to an end");
        std::this_thread::sleep_for(20us);
    }
}

Outcome outcome_of(asio::io_context& io, Server& server, clients::ModelClient& client)
{
    Outcome outcome;
    async::TaskGroup calls{io.get_executor(),
                           [](const std::exception_ptr& bug) { std::rethrow_exception(bug); }};
    calls.spawn(ask(client, outcome));
    run_until(io, server, [&] { return calls.size() == 0; });
    require(outcome.over, "a reply ends");
    require(outcome.complete == outcome.failure.empty(), "well or not");
    return outcome;
}

}  // namespace

/// A reply comes to its end, and how it is cut into segments makes no difference, on one connection
/// or on another: nothing of the first reply is taken for a part of the second.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static asio::io_context io;
    static Server server{io};

    ScriptBytes bytes{data, size};
    const std::size_t wanted = bytes.next() % 32 + 1U;
    const std::string answer = answer_from(bytes);
    if (answer.size() > 8192) return -1;
    // Each segment is a trip through the kernel.
    constexpr std::size_t most_segments = 200;
    const std::size_t segment = std::max(wanted, answer.size() / most_segments);

    {
        clients::ModelClient client{
            io.get_executor(),
            {.base_url = {.tls = false, .host = "127.0.0.1", .port = server.port(), .path = "/v1"},
             .api_key = {}},
            no_tls()};
        server.answer(answer, answer.size() + 1);
        const auto whole = outcome_of(io, server, client);
        server.answer(answer, segment);
        require(outcome_of(io, server, client) == whole, "segments make no difference");
        client.close();
    }
    server.hang_up();
    run_until(io, server, [] { return server.alone(); });
    return 0;
}
