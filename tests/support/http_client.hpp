#pragma once

#include "support/loopback.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/form.hpp>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/json/object.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::test {

struct HttpReply {
    unsigned status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    /// The body; empty when it is not a JSON object.
    boost::json::object json() const;
    /// Of an error in the reference's shape: its code, and a member of its details.
    std::string code() const;
    std::string detail(std::string_view name) const;
};

/// One connection to an HTTP server, byte by byte if a test wants so: what it sends need not be
/// HTTP.
///
///     auto connection = co_await HttpConnection::open(app.address());
///     co_await connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
///     auto reply = co_await connection.receive();
class HttpConnection {
public:
    /// Throws system_error when there is no connection. Any certificate will do.
    static async::awaitable<HttpConnection> open(Address address);

    /// False when the peer has gone.
    async::awaitable<bool> send(std::string bytes);

    /// The next response; nothing when the connection ends first. `head`: it answers a HEAD.
    async::awaitable<std::optional<HttpReply>> receive(bool head = false);

    /// All that still comes until the peer closes.
    async::awaitable<std::string> rest();

private:
    explicit HttpConnection(Connection connection) : connection_{std::move(connection)} {}

    Connection connection_;
    boost::beast::flat_buffer buffer_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// "POST /x HTTP/1.1" with its headers, Host and Content-Length included.
std::string request_text(std::string_view method,
                         std::string_view target,
                         const Headers& headers = {},
                         std::string_view body = {});

// Each on a connection of its own; status 0 when no answer came.
async::awaitable<HttpReply> get(Address address, const std::string& target);
async::awaitable<HttpReply> post_json(Address address,
                                      const std::string& target,
                                      const std::string& body);
async::awaitable<HttpReply> post_form(Address address,
                                      const std::string& target,
                                      const Form& form,
                                      Headers headers = {});
async::awaitable<HttpReply> ask(Address address, std::string request);

}  // namespace phony::test
