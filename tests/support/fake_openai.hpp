#pragma once

#include <phony/async/channel.hpp>
#include <phony/async/condition.hpp>
#include <phony/async/stream.hpp>
#include <phony/async/task_group.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::test {

/// How the fake answers one request. By default it does so as OpenAI does.
struct FakeReply {
    enum class Framing { chunked, content_length, until_close };
    /// Where the reply goes wrong, counted in what the client has received by then.
    enum class Point { never, before_head, after_head, after_tokens, after_done };
    enum class Fault {
        hang,         ///< sends nothing more and keeps the connection open
        close,        ///< closes the connection in an orderly way
        reset,        ///< RST
        error_event,  ///< `data: {"error":…}`, and the stream ends
    };

    std::vector<std::string> tokens{};
    /// Tokens that a test sends one by one, after those above, until it finishes the channel.
    async::Channel<std::string>* live = nullptr;
    Duration first_token_delay{};
    Duration token_gap{};

    int status = 200;
    std::string content_type = "text/event-stream";
    std::string request_id = "req_fake";
    std::string headers{};              ///< whole lines to add, "Retry-After: 1\r\n"
    std::optional<std::string> body{};  ///< instead of tokens: an error, HTML, events made by hand
    std::string finish_reason = "stop";

    Framing framing = Framing::chunked;
    bool keep_alive = true;  ///< false: says "Connection: close", and closes
    std::vector<std::size_t>
        splits{};  ///< the body is also cut at these offsets, into reads of their own
    Point fault_at = Point::never;
    Fault fault = Fault::hang;
    std::size_t fault_after_tokens = 0;
};

FakeReply error_reply(int status, std::string_view code);

/// A server that speaks the wire format of OpenAI's streaming chat completions, on loopback.
///
///     FakeOpenAi openai{io};
///     openai.answer([](const FakeOpenAi::Request& request) { return FakeReply{.tokens = {"Hi"}};
///     }); … settings.base_url = openai.base_url() … openai.close();          // at the end, or the
///     io_context has work left
///
/// It runs in the test's io_context, on its thread.
class FakeOpenAi {
public:
    struct Request {
        std::string target;
        std::map<std::string, std::string> headers;  ///< names in lower case
        std::string body;
        boost::json::value json;                    ///< of the body; null when it is not JSON
        std::size_t connection = 0;                 ///< which of all connections, from 0
        bool answered = false;                      ///< the whole reply was sent
        std::optional<TimePoint> closed_by_client;  ///< while its reply was under way

        /// The text of the newest message.
        std::string last_message() const;
    };
    using Answer = std::function<FakeReply(const Request&)>;

    explicit FakeOpenAi(async::asio::io_context& io, async::asio::ssl::context* tls = nullptr);
    ~FakeOpenAi();

    std::uint16_t port() const { return port_; }
    /// "http://127.0.0.1:PORT/v1", or https.
    std::string base_url() const;

    void answer(Answer answer) { answer_ = std::move(answer); }
    void answer(FakeReply reply);

    const std::vector<Request>& requests() const { return requests_; }
    std::size_t accepted_connections() const { return accepted_; }
    std::size_t open_connections() const { return connections_.size(); }

    /// Waits until something that the fake observes is true: `until([&] { return fake.requests()…
    /// })`.
    async::awaitable<void> until(std::function<bool()> is_true);

    /// Closes all connections that wait for a request, as a server does with idle ones.
    void close_idle_connections();
    /// New connections are accepted, and what arrives on them is ignored.
    void play_dead() { dead_ = true; }
    /// Refuses connections from now on and closes those it has.
    void close();

private:
    struct Session;

    async::awaitable<void> accept();
    async::awaitable<void> serve(async::Socket socket);
    async::awaitable<bool> receive(Session& session);
    async::awaitable<bool> reply(Session& session);
    void changed() { changed_.notify_all(); }

    async::Executor executor_;
    async::asio::ssl::context* tls_;
    async::asio::basic_socket_acceptor<async::asio::ip::tcp, async::Executor> acceptor_;
    std::uint16_t port_;
    Answer answer_;
    std::vector<Request> requests_;
    std::vector<Session*> connections_;
    std::size_t accepted_ = 0;
    bool dead_ = false;
    async::Condition changed_;
    async::TaskGroup tasks_;
};

/// An answer that tells what was heard: "You said: Hello".
FakeReply echo(const FakeOpenAi::Request& request);

}  // namespace phony::test
