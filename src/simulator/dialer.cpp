#include "simulator/dialer.hpp"

#include <phony/async/with_deadline.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <chrono>

namespace phony::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using async::as_result;
using async::awaitable;

namespace {

using namespace std::chrono_literals;

constexpr auto limit = 10s;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, async::Executor>;

Error too_slow()
{
    return {boost::system::error_code{asio::error::timed_out}, "the server did not answer in time"};
}

}  // namespace

Dialer::Dialer(std::string host, std::uint16_t port, bool tls)
    : host_{std::move(host)}, port_{port}, tls_{tls}, context_{asio::ssl::context::tls_client}
{
}

awaitable<Result<HttpAnswer>> Dialer::post(std::string target,
                                           std::string content_type,
                                           std::string body,
                                           Headers headers)
{
    auto answer = co_await async::with_deadline(
        exchange(std::move(target), std::move(content_type), std::move(body), std::move(headers)),
        limit);
    if (!answer) co_return too_slow();
    co_return std::move(*answer);
}

awaitable<Result<RelaySocket>> Dialer::open_relay(std::string authority,
                                                  std::string target,
                                                  Headers headers)
{
    auto socket = co_await async::with_deadline(
        upgrade(std::move(authority), std::move(target), std::move(headers)), limit);
    if (!socket) co_return too_slow();
    co_return std::move(*socket);
}

awaitable<Result<async::Stream>> Dialer::connect()
{
    const auto executor = co_await asio::this_coro::executor;
    Resolver resolver{executor};
    auto [resolve_ec, endpoints] =
        co_await resolver.async_resolve(host_, std::to_string(port_), as_result);
    if (resolve_ec) co_return Error{resolve_ec, "the server's name is unknown"};

    async::Socket socket{executor};
    auto [ec, endpoint] = co_await asio::async_connect(socket, endpoints, as_result);
    if (ec) co_return Error{ec, "nobody listens there"};
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);

    if (!tls_) co_return async::Stream{std::move(socket)};
    async::Stream stream{std::move(socket), context_};
    if (auto tls_ec = co_await stream.connect_tls(host_, async::TlsPeer::anyone))
        co_return Error{tls_ec, "no TLS handshake"};
    co_return std::move(stream);
}

awaitable<Result<HttpAnswer>> Dialer::exchange(std::string target,
                                               std::string content_type,
                                               std::string body,
                                               Headers headers)
{
    auto stream = co_await connect();
    if (!stream) co_return stream.error();

    http::request<http::string_body> request{http::verb::post, target, 11};
    request.set(http::field::host, host_ + ":" + std::to_string(port_));
    request.set(http::field::content_type, content_type);
    request.set(http::field::user_agent, "TwilioProxy/1.1");
    request.set(http::field::connection, "close");
    for (const auto& [name, value] : headers) request.set(name, value);
    request.body() = std::move(body);
    request.prepare_payload();
    auto [write_ec, written] = co_await http::async_write(*stream, request, as_result);
    if (write_ec) co_return Error{write_ec, "the request could not be sent"};

    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    auto [read_ec, read] = co_await http::async_read(*stream, buffer, response, as_result);
    if (read_ec) co_return Error{read_ec, "no answer came"};
    co_return HttpAnswer{response.result_int(), std::move(response.body())};
}

awaitable<Result<RelaySocket>> Dialer::upgrade(std::string authority,
                                               std::string target,
                                               Headers headers)
{
    auto stream = co_await connect();
    if (!stream) co_return stream.error();

    auto socket = std::make_unique<websocket::stream<async::Stream>>(std::move(*stream));
    // Bounds the handshake and the farewell; Twilio has no idle limit.
    socket->set_option(websocket::stream_base::timeout{5s, websocket::stream_base::none(), false});
    socket->set_option(
        websocket::stream_base::decorator{[&headers](websocket::request_type& request) {
            request.set(http::field::user_agent, "Jetty/11.0.24");
            request.set(http::field::accept_encoding, "gzip");
            for (const auto& [name, value] : headers) request.set(name, value);
        }});
    websocket::response_type response;
    auto [ec] = co_await socket->async_handshake(response, authority, target, as_result);
    if (ec == websocket::error::upgrade_declined)
        co_return Error{errc::websocket_error,
                        "the relay answered " + std::to_string(response.result_int()) +
                            " instead of an upgrade"};
    if (ec) co_return Error{ec, "the relay did not open"};
    co_return std::move(socket);
}

}  // namespace phony::simulator
