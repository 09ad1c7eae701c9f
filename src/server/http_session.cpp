#include "server/http_session.hpp"

#include "log/log.hpp"
#include "server/http_message.hpp"
#include "server/router.hpp"
#include "server/services.hpp"
#include "server/tls.hpp"
#include "server/upgrade.hpp"
#include <phony/async/stream.hpp>
#include <phony/async/with_deadline.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/version.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace phony::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;
using async::as_result;

constexpr std::size_t largest_header = 16 * 1024;
constexpr std::size_t largest_body = 64 * 1024;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr auto goodbye_limit = 1s;

/// What is no page runs nothing and is framed by nobody, should a browser be led to it.
constexpr std::string_view nothing_to_run = "default-src 'none'; frame-ancestors 'none'";

using HttpRequest = http::request<http::string_body>;
using HttpResponse = http::response<http::string_body>;

Request to_request(const HttpRequest& message)
{
    Request request{.method = std::string{message.method_string()},
                    .target = std::string{message.target()},
                    .body = message.body()};
    for (const auto& field : message) {
        request.headers.emplace_back(field.name_string(), field.value());
    }
    return request;
}

HttpResponse to_message(Response response, unsigned version, bool keep_alive, bool head)
{
    HttpResponse message{static_cast<http::status>(response.status), version};
    message.set(http::field::server, "phony");
    const bool has_content = response.status != 204 && response.status != 304;
    if (has_content) message.set(http::field::content_type, response.content_type);
    message.set(http::field::cache_control, "no-store");
    message.set("X-Content-Type-Options", "nosniff");
    message.set("Content-Security-Policy", nothing_to_run);  // pages of ours have their own
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.keep_alive(keep_alive);
    if (has_content) message.content_length(response.body.size());
    if (!head) message.body() = std::move(response.body);
    return message;
}

/// What a request that cannot be read is told, if anything.
std::optional<Response> refusal_of(async::error_code ec)
{
    if (ec == http::error::body_limit)
        return refuse(Error{errc::payload_too_large, "the body exceeds 64 KiB"});
    if (ec == http::error::header_limit)
        return refuse(Error{errc::invalid_request, "the header exceeds 16 KiB"});
    if (ec.category() == make_error_code(http::error::bad_method).category() &&
        ec != http::error::end_of_stream && ec != http::error::partial_message) {
        return refuse(Error{errc::invalid_request, "this is not HTTP/1.1"});
    }
    return std::nullopt;  // the peer has gone, or said nothing in time
}

/// The body is still to come, and the client waits to be told that it is welcome. curl does so with
/// bodies over 1 KiB, for a second.
bool awaits_continue(const http::request_parser<http::string_body>& parser)
{
    return !parser.is_done() && parser.get().version() == 11 &&
           beast::iequals(parser.get()[http::field::expect], "100-continue");
}

using Parser = http::request_parser<http::string_body>;

/// The first bytes of a request.
async::awaitable<async::error_code> read_beginning(async::Stream& stream,
                                                   beast::flat_buffer& buffer)
{
    constexpr std::size_t ordinary_request = 4096;
    auto [ec, size] = co_await stream.async_read_some(buffer.prepare(ordinary_request), as_result);
    buffer.commit(size);
    co_return ec;
}

async::awaitable<async::error_code> read_header(async::Stream& stream,
                                                beast::flat_buffer& buffer,
                                                Parser& parser)
{
    auto [ec, size] = co_await http::async_read_header(stream, buffer, parser, as_result);
    co_return ec;
}

/// Beast takes it for granted that a chunked body does not begin with less than "0\r\n\r\n".
async::awaitable<async::error_code> read_shortest_body(async::Stream& stream,
                                                       beast::flat_buffer& buffer)
{
    constexpr std::size_t shortest = 5;
    async::error_code ec;
    while (!ec && buffer.size() < shortest) ec = co_await read_beginning(stream, buffer);
    co_return ec;
}

async::awaitable<async::error_code> read_body(async::Stream& stream,
                                              beast::flat_buffer& buffer,
                                              Parser& parser)
{
    if (awaits_continue(parser)) {
        auto [ec, size] =
            co_await async::asio::async_write(stream, async::asio::buffer(go_on), as_result);
        if (ec) co_return ec;
    }
    if (parser.chunked()) {
        if (const auto ec = co_await read_shortest_body(stream, buffer)) co_return ec;
    }
    auto [ec, size] = co_await http::async_read(stream, buffer, parser, as_result);
    co_return ec;
}

struct Read {
    async::error_code ec;
    HttpRequest message;
};

/// The next request. A connection that is kept may be idle for a while; a request that has begun,
/// or the first one of a connection, has to come at once. Nothing when it does not.
async::awaitable<std::optional<Read>> read_request(async::Stream& stream,
                                                   beast::flat_buffer& buffer,
                                                   const Limits& limits,
                                                   bool first)
{
    std::optional<async::error_code> ec = async::error_code{};
    if (!first && buffer.size() == 0)
        ec = co_await async::with_deadline(read_beginning(stream, buffer), limits.idle);

    Parser parser;
    parser.header_limit(largest_header);
    parser.body_limit(largest_body);
    if (ec && !*ec)
        ec = co_await async::with_deadline(read_header(stream, buffer, parser),
                                           limits.request_header);
    if (ec && !*ec && !parser.is_done())
        ec = co_await async::with_deadline(read_body(stream, buffer, parser), limits.request_body);
    if (!ec) co_return std::nullopt;
    co_return Read{*ec, parser.release()};
}

async::awaitable<async::error_code> write(async::Stream& stream, HttpResponse& message)
{
    http::serializer<false, http::string_body> serializer{message};
    auto [ec, size] = co_await http::async_write(stream, serializer, as_result);
    co_return ec;
}

/// False when the response could not be delivered.
async::awaitable<bool> write_response(async::Stream& stream, HttpResponse message, Duration limit)
{
    const auto ec = co_await async::with_deadline(write(stream, message), limit);
    co_return ec && !*ec;
}

/// An endpoint that throws has a bug: the client learns as much, and only this request is lost.
async::awaitable<Response> answer_safely(Core& core, Request& request)
{
    try {
        co_return co_await answer(core, request);
    } catch (const std::exception& bug) {
        log::error("endpoint failed",
                   {{"callSid", request.call_sid}, {"path", request.path()}, {"what", bug.what()}});
    }
    co_return refuse(Error{errc::internal_error});
}

/// A place for whoever a proxy has sent the request for: held for as long as it is served, or for
/// as long as its WebSocket is open. Whoever comes without a proxy has one for the whole
/// connection.
std::optional<Places::Place> admit_client(Services& services,
                                          const std::string& peer,
                                          const Request& request)
{
    if (request.peer == peer) return Places::unlimited();
    auto place = services.places.take(request.peer);
    if (!place) services.metrics.connection_refused("address");
    return place;
}

/// Politely, but not for long.
async::awaitable<void> say_goodbye(async::Stream& stream)
{
    co_await async::with_deadline(stream.shut_down(), goodbye_limit);
}

/// Whether an answer is owed to a connection: from its beginning on, and then while a request of it
/// is under way. One that only stays open keeps nobody waiting who wants to leave.
class Owing {
public:
    explicit Owing(Core& core) : core_{core} {}  // the listener has counted it
    ~Owing() { answered(); }
    Owing(const Owing&) = delete;
    Owing& operator=(const Owing&) = delete;

    void asked()
    {
        if (!std::exchange(owing_, true)) ++core_.unanswered;
    }
    void answered()
    {
        if (std::exchange(owing_, false)) --core_.unanswered;
    }

private:
    Core& core_;
    bool owing_ = true;
};

async::awaitable<void> serve_requests(Core& core,
                                      async::Stream stream,
                                      std::string peer,
                                      Owing& owing)
{
    Services& services = core.services;
    const Limits& limits = services.limits;
    beast::flat_buffer buffer;
    for (bool first = true;; first = false) {
        auto read = co_await read_request(stream, buffer, limits, first);
        if (!read) co_return;
        owing.asked();
        auto& [ec, message] = *read;
        if (ec) {
            auto refusal = refusal_of(ec);
            if (!refusal) co_return;
            co_await write_response(
                stream, to_message(std::move(*refusal), 11, false, false), limits.write);
            co_await say_goodbye(stream);
            co_return;
        }

        Request request = to_request(message);
        request.peer = services.proxies.client_of(peer, request.joined("X-Forwarded-For"));
        const auto place = admit_client(services, peer, request);
        Response response;
        if (!place) {
            response = refuse_haste(1s, "too many connections at a time from this address");
        } else if (beast::websocket::is_upgrade(message)) {
            Admission admission = admit(core, request);
            if (admission.serve != nullptr) {
                WebSocket socket{std::move(stream), core.write_watch};
                if (co_await socket.accept(Upgrade{std::move(message)})) co_return;
                owing.answered();
                co_await admission.serve(core, std::move(socket), std::move(request));
                co_return;
            }
            response = std::move(admission.refusal);
        } else {
            response = co_await answer_safely(core, request);
        }

        const bool keep_alive = message.keep_alive() && !services.draining;
        const bool head = message.method() == http::verb::head;
        if (!co_await write_response(
                stream,
                to_message(std::move(response), message.version(), keep_alive, head),
                limits.write))
            co_return;
        owing.answered();
        if (!keep_alive) {
            co_await say_goodbye(stream);
            co_return;
        }
    }
}

/// The listener has counted the connection.
struct Load {
    explicit Load(Core& core) : core_{core} {}
    ~Load() { --core_.load; }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

private:
    Core& core_;
};

}  // namespace

async::awaitable<void> serve_connection(Core& core,
                                        async::Socket socket,
                                        std::string peer,
                                        [[maybe_unused]] Places::Place place)
{
    const Load counted{core};
    Owing owing{core};
    async::error_code ec;
    socket.set_option(async::asio::ip::tcp::no_delay{true}, ec);

    // The connection keeps what it began with, whatever certificate comes after.
    const auto tls = core.services.tls == nullptr ? nullptr : core.services.tls->current();
    async::Stream stream = tls == nullptr ? async::Stream{std::move(socket)}
                                          : async::Stream{std::move(socket), tls->ssl};
    const auto handshake =
        co_await async::with_deadline(stream.accept_tls(), core.services.limits.tls_handshake);
    if (!handshake || *handshake) co_return;
    co_await serve_requests(core, std::move(stream), std::move(peer), owing);
}

}  // namespace phony::server
