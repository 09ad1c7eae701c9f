#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/async/stream.hpp>
#include <phony/base/result.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace phony::simulator {

/// On the heap, because Beast's stream claims to be constructible from anything, an Error included.
using RelaySocket = std::unique_ptr<boost::beast::websocket::stream<async::Stream>>;

struct HttpAnswer {
    unsigned status = 0;
    std::string body;
};

/// Reaches one server, by plain TCP or TLS with any certificate. Each request has a connection of
/// its own, as Twilio's have. Everything is given up after ten seconds. Must outlive its sockets.
class Dialer {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    /// Throws system_error when TLS cannot be set up at all.
    Dialer(std::string host, std::uint16_t port, bool tls);

    /// Errors: what connecting or reading failed with.
    async::awaitable<Result<HttpAnswer>> post(std::string target,
                                              std::string content_type,
                                              std::string body,
                                              Headers headers);

    /// `authority` is the Host that is asked for. Errors: websocket_error with the status that came
    /// instead of an upgrade, or what connecting failed with.
    async::awaitable<Result<RelaySocket>> open_relay(std::string authority,
                                                     std::string target,
                                                     Headers headers);

private:
    async::awaitable<Result<async::Stream>> connect();
    async::awaitable<Result<HttpAnswer>> exchange(std::string target,
                                                  std::string content_type,
                                                  std::string body,
                                                  Headers headers);
    async::awaitable<Result<RelaySocket>> upgrade(std::string authority,
                                                  std::string target,
                                                  Headers headers);

    std::string host_;
    std::uint16_t port_;
    bool tls_;
    boost::asio::ssl::context context_;
};

}  // namespace phony::simulator
