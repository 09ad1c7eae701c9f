#pragma once

#include "support/http_client.hpp"
#include <phony/async/awaitable.hpp>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::test {

/// A viewer of `/events/ws`:
///
///     auto viewer = co_await EventsClient::open(app.address(), "/events/ws?callSid=CA1");
///     EXPECT_EQ((co_await viewer.next())->at("type"), "call_started");
///     auto others = co_await viewer.rest();          // until the server closes the socket
///     EXPECT_EQ(viewer.close_code(), 1000U);
class EventsClient {
public:
    using Message = boost::json::object;

    /// Throws system_error when the upgrade is refused. `receive_buffer`: the kernel's, so that it
    /// is soon full when nothing is read.
    static async::awaitable<EventsClient> open(Address address,
                                               std::string target,
                                               std::optional<int> receive_buffer = std::nullopt);

    /// The next message but the server's pings; nothing when the socket is closed.
    async::awaitable<std::optional<Message>> next();
    /// Messages up to one of this type, which is the last.
    async::awaitable<std::vector<Message>> until(std::string_view type);
    /// All that still comes.
    async::awaitable<std::vector<Message>> rest();

    async::awaitable<void> send(std::string text);
    async::awaitable<void> close();
    /// Loses the connection without a farewell.
    void break_off() { socket_->next_layer().close(); }

    /// Of the server's farewell; 0 and empty when there was none.
    unsigned close_code() const { return socket_->reason().code; }
    std::string close_reason() const { return socket_->reason().reason.c_str(); }

    /// Pings that came: JSON messages, and WebSocket's own.
    std::size_t json_pings() const { return json_pings_; }
    std::size_t pings() const { return *pings_; }

    /// Below the WebSocket.
    async::Socket& socket() { return socket_->next_layer(); }

private:
    using WebSocket = boost::beast::websocket::stream<async::Socket, false>;

    explicit EventsClient(async::Socket socket);

    std::unique_ptr<WebSocket> socket_;
    std::unique_ptr<std::size_t> pings_ = std::make_unique<std::size_t>(0);
    std::size_t json_pings_ = 0;
    boost::beast::flat_buffer buffer_;
};

/// The seq of each message that has one, in the order they came.
std::vector<std::uint64_t> seqs_of(const std::vector<EventsClient::Message>& messages);

/// `type` of each message.
std::vector<std::string> types_of(const std::vector<EventsClient::Message>& messages);

}  // namespace phony::test
