#include "support/loopback.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace phony::test {

namespace asio = async::asio;

async::awaitable<Connection> connect(Address address)
{
    async::Socket socket{co_await asio::this_coro::executor};
    co_await socket.async_connect({asio::ip::address_v4::loopback(), address.port},
                                  async::use_awaitable);
    socket.set_option(asio::ip::tcp::no_delay{true});
    if (!address.tls) co_return Connection{nullptr, async::Stream{std::move(socket)}};

    auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    async::Stream stream{std::move(socket), *tls};
    if (const auto ec = co_await stream.connect_tls("localhost", async::TlsPeer::anyone))
        throw boost::system::system_error{ec};
    co_return Connection{std::move(tls), std::move(stream)};
}

async::awaitable<SocketPair> connected_sockets()
{
    using namespace asio::experimental::awaitable_operators;
    const auto executor = co_await asio::this_coro::executor;
    asio::basic_socket_acceptor<asio::ip::tcp, async::Executor> acceptor{
        executor, {asio::ip::address_v4::loopback(), 0}};
    async::Socket client{executor};
    async::Socket server =
        co_await (acceptor.async_accept(async::use_awaitable) &&
                  client.async_connect(acceptor.local_endpoint(), async::use_awaitable));
    co_return SocketPair{.server = std::move(server), .client = std::move(client)};
}

}  // namespace phony::test
