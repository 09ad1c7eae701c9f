#include "support/events_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>

#include <utility>

namespace phony::test {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using async::as_result;
using async::awaitable;

EventsClient::EventsClient(async::Socket socket)
    : socket_{std::make_unique<WebSocket>(std::move(socket))}
{
    socket_->text(true);
    socket_->control_callback([pings = pings_.get()](websocket::frame_type kind, auto) {
        if (kind == websocket::frame_type::ping) ++*pings;
    });
}

awaitable<EventsClient> EventsClient::open(Address address,
                                           std::string target,
                                           std::optional<int> receive_buffer)
{
    async::Socket socket{co_await asio::this_coro::executor};
    socket.open(asio::ip::tcp::v4());
    if (receive_buffer) socket.set_option(asio::socket_base::receive_buffer_size{*receive_buffer});
    co_await socket.async_connect({asio::ip::address_v4::loopback(), address.port},
                                  async::use_awaitable);
    EventsClient client{std::move(socket)};
    co_await client.socket_->async_handshake("localhost", target, async::use_awaitable);
    co_return client;
}

awaitable<std::optional<EventsClient::Message>> EventsClient::next()
{
    for (;;) {
        auto [ec, size] = co_await socket_->async_read(buffer_, as_result);
        if (ec) co_return std::nullopt;
        auto message =
            boost::json::parse(boost::beast::buffers_to_string(buffer_.data())).as_object();
        buffer_.clear();
        if (message.at("type") != "ping") co_return message;
        ++json_pings_;
    }
}

awaitable<std::vector<EventsClient::Message>> EventsClient::until(std::string_view type)
{
    std::vector<Message> messages;
    while (auto message = co_await next()) {
        messages.push_back(std::move(*message));
        if (std::string_view{messages.back().at("type").as_string()} == type) break;
    }
    co_return messages;
}

awaitable<std::vector<EventsClient::Message>> EventsClient::rest()
{
    std::vector<Message> messages;
    while (auto message = co_await next()) messages.push_back(std::move(*message));
    co_return messages;
}

awaitable<void> EventsClient::send(std::string text)
{
    co_await socket_->async_write(asio::buffer(text), as_result);
}

awaitable<void> EventsClient::close()
{
    co_await socket_->async_close(websocket::close_code::normal, as_result);
}

std::vector<std::uint64_t> seqs_of(const std::vector<EventsClient::Message>& messages)
{
    std::vector<std::uint64_t> seqs;
    for (const auto& message : messages)
        if (const auto* seq = message.if_contains("seq"))
            seqs.push_back(seq->to_number<std::uint64_t>());
    return seqs;
}

std::vector<std::string> types_of(const std::vector<EventsClient::Message>& messages)
{
    std::vector<std::string> types;
    types.reserve(messages.size());
    for (const auto& message : messages) types.emplace_back(message.at("type").as_string());
    return types;
}

}  // namespace phony::test
