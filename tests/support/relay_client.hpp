#pragma once

#include "support/loopback.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/async/stream.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::test {

/// Twilio's end of a relay session, with a test's hands on it.
///
///     auto caller = co_await RelayClient::dial(app.address(), "CA1");
///     co_await caller.prompt("Hi");
///     EXPECT_EQ((co_await caller.reply()).text, "Hello there.");
///     co_await caller.hang_up();
class RelayClient {
public:
    /// What the upgrade has besides what it must have.
    using Headers = std::vector<std::pair<std::string, std::string>>;

    /// Opens the socket and sends `setup` with the callSid. Throws system_error when the upgrade is
    /// refused.
    static async::awaitable<RelayClient> dial(Address address,
                                              std::string call_sid,
                                              std::string target = "/relay/ws");
    /// The socket alone: nothing has been sent.
    static async::awaitable<RelayClient> open(Address address,
                                              std::string target = "/relay/ws",
                                              Headers headers = {});

    async::awaitable<void> send(std::string frame);
    async::awaitable<void> send_binary(std::string bytes);

    async::awaitable<void> prompt(std::string_view text);
    /// The caller spoke over the agent, of whom this much was heard.
    async::awaitable<void> interrupt(std::string_view heard);

    /// The next frame; nothing when the socket is closed.
    async::awaitable<std::optional<boost::json::object>> receive();

    /// One talk cycle.
    struct Reply {
        std::string text;
        std::vector<std::string> tokens;
        bool complete = false;  ///< `last:true` came, once
    };
    /// Reads text frames up to `last:true`.
    async::awaitable<Reply> reply();

    /// Says goodbye and waits for the server's.
    async::awaitable<void> hang_up();
    /// Loses the connection, without a farewell: a TCP reset.
    void break_off();

    /// What the server closed with; 0 when it has not said.
    unsigned close_code() const;
    /// Below the WebSocket; unread bytes stay in the kernel.
    async::Socket& socket() { return socket_->next_layer().socket(); }

private:
    using WebSocket = boost::beast::websocket::stream<async::Stream>;

    explicit RelayClient(Connection connection);

    std::unique_ptr<async::asio::ssl::context> tls_;
    std::unique_ptr<WebSocket> socket_;
    boost::beast::flat_buffer buffer_;
};

/// Frames as Twilio spells them.
std::string setup_frame(std::string_view call_sid);
std::string prompt_frame(std::string_view text);

}  // namespace phony::test
