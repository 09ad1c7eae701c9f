#include "support/relay_client.hpp"

#include "simulator/relay_frames.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>

#include <chrono>

namespace phony::test {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using async::as_result;
using async::awaitable;

std::string setup_frame(std::string_view call_sid)
{
    return simulator::frames::setup({.call_sid = std::string{call_sid},
                                     .account_sid = "AC0123456789abcdef0123456789abcdef",
                                     .from = "+15551234567",
                                     .to = "+18578167225"},
                                    "VX0123456789abcdef0123456789abcdef",
                                    "RINGING",
                                    {});
}

std::string prompt_frame(std::string_view text)
{
    return simulator::frames::prompt(text, "en-US", true);
}

RelayClient::RelayClient(Connection connection)
    : tls_{std::move(connection.tls)},
      socket_{std::make_unique<WebSocket>(std::move(connection.stream))}
{
}

awaitable<RelayClient> RelayClient::open(Address address, std::string target, Headers headers)
{
    RelayClient client{co_await connect(address)};
    client.socket_->text(true);
    client.socket_->set_option(
        websocket::stream_base::decorator([&headers](websocket::request_type& upgrade) {
            for (const auto& [name, value] : headers) upgrade.insert(name, value);
        }));
    co_await client.socket_->async_handshake("localhost", target, async::use_awaitable);
    co_return client;
}

awaitable<RelayClient> RelayClient::dial(Address address, std::string call_sid, std::string target)
{
    auto client = co_await open(address, std::move(target));
    co_await client.send(setup_frame(call_sid));
    co_return client;
}

awaitable<void> RelayClient::send(std::string frame)
{
    co_await socket_->async_write(asio::buffer(frame), as_result);
}

awaitable<void> RelayClient::send_binary(std::string bytes)
{
    socket_->binary(true);
    co_await send(std::move(bytes));
    socket_->text(true);
}

awaitable<void> RelayClient::prompt(std::string_view text)
{
    return send(prompt_frame(text));
}

awaitable<void> RelayClient::interrupt(std::string_view heard)
{
    return send(simulator::frames::interrupt(heard, std::chrono::milliseconds{700}));
}

awaitable<std::optional<boost::json::object>> RelayClient::receive()
{
    auto [ec, size] = co_await socket_->async_read(buffer_, as_result);
    if (ec) co_return std::nullopt;
    auto frame = boost::json::parse(boost::beast::buffers_to_string(buffer_.data())).as_object();
    buffer_.clear();
    co_return frame;
}

awaitable<RelayClient::Reply> RelayClient::reply()
{
    Reply reply;
    while (!reply.complete) {
        const auto frame = co_await receive();
        if (!frame) break;
        if (frame->at("type") != "text") continue;
        reply.tokens.emplace_back(frame->at("token").as_string());
        reply.text += reply.tokens.back();
        reply.complete = frame->at("last").as_bool();
    }
    co_return reply;
}

awaitable<void> RelayClient::hang_up()
{
    co_await socket_->async_close(websocket::close_code::normal, as_result);
}

void RelayClient::break_off()
{
    boost::system::error_code ignored;
    socket().set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_->next_layer().close();
}

unsigned RelayClient::close_code() const
{
    return socket_->reason().code;
}

}  // namespace phony::test
