#include "support/fake_openai.hpp"

#include <phony/async/log_exception.hpp>
#include <phony/base/json_text.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>
#include <utility>

namespace phony::test {
namespace asio = async::asio;
namespace http = boost::beast::http;

using asio::ip::tcp;
using async::as_result;
using async::awaitable;
using async::error_code;
using Clock = std::chrono::steady_clock;
using Fault = FakeReply::Fault;
using Framing = FakeReply::Framing;
using Point = FakeReply::Point;

namespace {

std::string event(std::string_view delta, std::string_view finish_reason)
{
    std::string text =
        R"(data: {"id":"chatcmpl-fake","object":"chat.completion.chunk","created":1,)"
        R"("model":"fake","choices":[{"index":0,"delta":)";
    text.append(delta).append(R"(,"logprobs":null,"finish_reason":)").append(finish_reason);
    return text.append("}]}\n\n");
}

std::string token_event(std::string_view token)
{
    std::string delta = R"({"content":)";
    append_json_string(delta, token);
    return event(delta + '}', "null");
}

std::string finish_event(std::string_view reason)
{
    std::string quoted;
    append_json_string(quoted, reason);
    return event("{}", quoted);
}

constexpr std::string_view role_delta = R"({"role":"assistant","content":"","refusal":null})";
constexpr std::string_view error_event =
    "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\","
    "\"param\":null,\"code\":\"server_error\"}}\n\n";

std::string reason_phrase(int status)
{
    return std::string{http::obsolete_reason(static_cast<http::status>(status))};
}

bool is_quick(const FakeReply& reply)
{
    return reply.live == nullptr && reply.token_gap == Duration{} &&
           reply.first_token_delay == Duration{};
}

}  // namespace

FakeReply error_reply(int status, std::string_view code)
{
    FakeReply reply;
    reply.status = status;
    reply.content_type = "application/json";
    reply.body = R"({"error":{"message":"No.","type":"error","param":null,"code":")" +
                 std::string{code} + "\"}}";
    return reply;
}

/// One connection.
struct FakeOpenAi::Session {
    async::Stream stream;
    std::size_t number;
    boost::beast::flat_buffer buffer;
    FakeReply reply;
    std::size_t request = 0;  ///< its index
    std::size_t body_sent = 0;
    bool idle = true;

    // All that answer bool: false when the client is gone, or the reply went wrong as planned, so
    // that the connection is over.

    awaitable<bool> write(std::string text)
    {
        auto [ec, size] = co_await asio::async_write(stream, asio::buffer(text), as_result);
        co_return !ec;
    }

    /// Part of the body, framed, and cut where the test wants it to be cut. The pause of a
    /// millisecond lets the client read each part by itself.
    awaitable<bool> write_body(std::string text)
    {
        std::string_view rest = text;
        while (!rest.empty()) {
            const auto cut = std::upper_bound(reply.splits.begin(), reply.splits.end(), body_sent);
            const auto size = cut == reply.splits.end() ? rest.size()
                                                        : std::min(rest.size(), *cut - body_sent);
            if (!co_await write(framed(rest.substr(0, size)))) co_return false;
            rest.remove_prefix(size);
            body_sent += size;
            if (size > 0 && cut != reply.splits.end()) co_await pause(std::chrono::milliseconds{1});
        }
        co_return true;
    }

    std::string framed(std::string_view part) const
    {
        if (reply.framing != Framing::chunked) return std::string{part};
        std::string digits;
        for (auto size = part.size(); size > 0; size /= 16)
            digits.insert(digits.begin(), "0123456789abcdef"[size % 16]);
        return digits.append("\r\n").append(part).append("\r\n");
    }

    awaitable<void> pause(Duration duration)
    {
        if (duration <= Duration{}) co_return;
        async::Timer timer{stream.get_executor(), duration};
        co_await timer.async_wait(async::use_awaitable);
    }

    /// Returns when the client closes (or sends what it should not).
    awaitable<void> client_gone()
    {
        do {
            auto [ec] = co_await stream.socket().async_wait(async::Socket::wait_read, as_result);
            if (ec) co_return;
        } while (stream.quiet());
    }

    awaitable<void> read_and_ignore()
    {
        std::array<char, 1024> ignored;
        error_code ec;
        while (!ec)
            std::tie(ec, std::ignore) =
                co_await stream.socket().async_read_some(asio::buffer(ignored), as_result);
    }

    awaitable<bool> fail()
    {
        switch (reply.fault) {
        case Fault::hang: co_await client_gone(); break;
        case Fault::close: stream.close(); break;
        case Fault::reset:
            stream.socket().set_option(asio::socket_base::linger{true, 0});
            stream.close();
            break;
        case Fault::error_event: {
            const bool sent = co_await write_body(std::string{error_event});
            co_return sent&& reply.framing == Framing::chunked&& co_await write("0\r\n\r\n");
        }
        }
        co_return false;
    }

    std::string head() const
    {
        std::string text = "HTTP/1.1 " + std::to_string(reply.status) + ' ' +
                           reason_phrase(reply.status) + "\r\nContent-Type: " + reply.content_type +
                           "\r\nx-request-id: " + reply.request_id + "\r\n" + reply.headers;
        if (reply.framing == Framing::chunked) text += "Transfer-Encoding: chunked\r\n";
        if (reply.framing == Framing::content_length)
            text += "Content-Length: " + std::to_string(whole_body().size()) + "\r\n";
        if (!reply.keep_alive || reply.framing == Framing::until_close)
            text += "Connection: close\r\n";
        return text + "\r\n";
    }

    std::string whole_body() const
    {
        if (reply.body) return *reply.body;
        std::string text = event(role_delta, "null");
        for (const auto& token : reply.tokens) text += token_event(token);
        return text + finish_event(reply.finish_reason) + "data: [DONE]\n\n";
    }

    awaitable<bool> write_tokens()
    {
        co_await pause(reply.first_token_delay);
        if (is_quick(reply) && reply.fault_at != Point::after_tokens)
            co_return co_await write_body(whole_body());

        if (!co_await write_body(event(role_delta, "null"))) co_return false;
        std::size_t sent = 0;
        const auto faulty = [&] {
            return reply.fault_at == Point::after_tokens && sent == reply.fault_after_tokens;
        };
        for (const auto& token : reply.tokens) {
            if (faulty()) co_return co_await fail();
            if (sent++ > 0) co_await pause(reply.token_gap);
            if (!co_await write_body(token_event(token))) co_return false;
        }
        if (faulty()) co_return co_await fail();
        while (reply.live != nullptr) {
            auto token = co_await reply.live->receive();
            if (!token) break;
            if (!co_await write_body(token_event(*token))) co_return false;
        }
        co_return co_await write_body(finish_event(reply.finish_reason) + "data: [DONE]\n\n");
    }

    /// True when the connection may be used again.
    awaitable<bool> respond()
    {
        if (reply.fault_at == Point::before_head) co_return co_await fail();
        if (!co_await write(head())) co_return false;
        if (reply.fault_at == Point::after_head) co_return co_await fail();
        const bool sent = reply.body ? co_await write_body(*reply.body) : co_await write_tokens();
        if (!sent) co_return false;
        if (reply.fault_at == Point::after_done) co_return co_await fail();
        if (reply.framing == Framing::chunked && !co_await write("0\r\n\r\n")) co_return false;
        co_return reply.keep_alive&& reply.framing != Framing::until_close;
    }
};

std::string FakeOpenAi::Request::last_message() const
{
    return std::string{json.at("messages").as_array().back().at("content").as_string()};
}

FakeReply echo(const FakeOpenAi::Request& request)
{
    return FakeReply{.tokens = {"You said: " + request.last_message()}};
}

FakeOpenAi::FakeOpenAi(asio::io_context& io, asio::ssl::context* tls)
    : executor_{io.get_executor()},
      tls_{tls},
      acceptor_{executor_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      port_{acceptor_.local_endpoint().port()},
      answer_{[](const Request&) { return FakeReply{.tokens = {"Hello", " there."}}; }},
      changed_{executor_},
      tasks_{executor_, async::log_exceptions_of("FakeOpenAi")}
{
    tasks_.spawn(accept());
}

FakeOpenAi::~FakeOpenAi()
{
    close();
}

std::string FakeOpenAi::base_url() const
{
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) + "/v1";
}

void FakeOpenAi::answer(FakeReply reply)
{
    answer_ = [reply = std::move(reply)](const Request&) { return reply; };
}

awaitable<void> FakeOpenAi::until(std::function<bool()> is_true)
{
    while (!is_true()) co_await changed_.wait();
}

void FakeOpenAi::close_idle_connections()
{
    for (auto* session : connections_)
        if (session->idle) session->stream.close();
}

void FakeOpenAi::close()
{
    error_code ignored;
    acceptor_.close(ignored);
    for (auto* session : connections_) session->stream.close();
}

awaitable<void> FakeOpenAi::accept()
{
    for (;;) {
        auto [ec, socket] = co_await acceptor_.async_accept(as_result);
        if (ec) co_return;
        socket.set_option(tcp::no_delay{true});
        tasks_.spawn(serve(std::move(socket)));
    }
}

awaitable<void> FakeOpenAi::serve(async::Socket socket)
{
    Session session{tls_ ? async::Stream{std::move(socket), *tls_}
                         : async::Stream{std::move(socket)},
                    accepted_++,
                    {},
                    {}};
    connections_.push_back(&session);
    changed();
    if (dead_)
        co_await session.read_and_ignore();
    else if (!co_await session.stream.accept_tls())
        while (co_await receive(session) && co_await reply(session)) {}
    std::erase(connections_, &session);
    changed();
}

awaitable<bool> FakeOpenAi::receive(Session& session)
{
    session.idle = true;
    http::request_parser<http::string_body> parser;
    auto [ec, size] = co_await http::async_read(session.stream, session.buffer, parser, as_result);
    if (ec) co_return false;
    session.idle = false;

    Request request;
    request.target = std::string{parser.get().target()};
    for (const auto& field : parser.get()) {
        std::string name{field.name_string()};
        for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        request.headers[name] = std::string{field.value()};
    }
    request.body = std::move(parser.get().body());
    error_code not_json;
    request.json = boost::json::parse(request.body, not_json);
    request.connection = session.number;
    session.request = requests_.size();
    session.body_sent = 0;
    requests_.push_back(std::move(request));
    session.reply = answer_(requests_.back());
    changed();
    co_return true;
}

awaitable<bool> FakeOpenAi::reply(Session& session)
{
    using namespace asio::experimental::awaitable_operators;
    const auto ended = co_await (session.respond() || session.client_gone());
    auto& request = requests_[session.request];
    const bool hung = session.reply.fault_at != Point::never && session.reply.fault == Fault::hang;
    if (ended.index() == 1 || hung)
        request.closed_by_client = Clock::now();
    else
        request.answered = session.reply.fault_at == Point::never;
    changed();
    co_return ended.index() == 0 && std::get<0>(ended);
}

}  // namespace phony::test
