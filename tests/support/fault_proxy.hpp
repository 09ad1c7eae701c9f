#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/async/task_group.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::test {

/// What goes wrong on a connection, and when: once all of `behind` have passed, one after the
/// other, and so many `bytes` more, in one direction. What came before has been passed on.
struct Fault {
    enum class What {
        none,
        delay,    ///< nothing passes for a moment, and then all of it
        slowly,   ///< what follows comes byte by byte, for some hundred of them
        stall,    ///< nothing passes any more, in both directions; the connection stays open
        close,    ///< FIN, to both ends
        reset,    ///< RST, to both ends
        garbage,  ///< bytes that belong to no protocol, and FIN
    };
    enum class From { client, server };

    What what = What::none;
    From from = From::server;
    std::vector<std::string> behind{};
    std::size_t bytes = 0;
};

/// Stands between a client and a server on loopback, and breaks connections as it is told:
///
///     FaultProxy proxy{io, openai.port(), [](std::string_view begun) -> std::optional<Fault> {
///         if (!is_whole_request(begun)) return std::nullopt;               // not all is known yet
///         return Fault{.what = Fault::What::reset, .behind = {"data: "}};
///     }};
///     … proxy.port() …
///     proxy.close();                       // at the end, or the io_context has work left
///
/// It runs in the test's io_context, on its thread.
class FaultProxy {
public:
    /// Is shown what the client has said since the server said something, before any of it is
    /// passed on: what is to go wrong, or nothing while it cannot tell. Asked at first when nothing
    /// was said, and for each further request until something has gone wrong.
    using Choose = std::function<std::optional<Fault>(std::string_view begun)>;

    FaultProxy(async::asio::io_context& io, std::uint16_t server, Choose choose);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    std::uint16_t port() const { return port_; }
    std::size_t connections() const { return connections_.size(); }
    /// How often something has gone wrong.
    std::size_t struck() const { return struck_; }

    /// Refuses connections from now on and cuts those it has. It may go when there are none.
    void close();

private:
    struct Link;

    async::awaitable<void> accept();
    async::awaitable<void> serve(async::Socket client);

    async::Executor executor_;
    async::asio::basic_socket_acceptor<async::asio::ip::tcp, async::Executor> acceptor_;
    std::uint16_t port_;
    std::uint16_t server_;
    Choose choose_;
    std::vector<Link*> connections_;
    std::size_t struck_ = 0;
    async::TaskGroup tasks_;
};

/// Whether a request of HTTP/1.1, with the body that its Content-Length names, is all there.
bool is_whole_request(std::string_view request);

}  // namespace phony::test
