#include "server/listener.hpp"

#include "log/log.hpp"
#include "server/http_session.hpp"
#include "server/services.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace phony::server {
namespace {

using async::as_result;
using boost::asio::ip::tcp;
using namespace std::chrono_literals;

// Out of descriptors: trying again at once would only burn the core.
constexpr auto pause_after_failure = 100ms;

}  // namespace

Listener::Listener(async::Executor executor, const std::string& address, std::uint16_t port)
    : acceptor_{executor}
{
    const tcp::endpoint endpoint{boost::asio::ip::make_address(address), port};
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address{true});
    acceptor_.bind(endpoint);
    acceptor_.listen(boost::asio::socket_base::max_listen_connections);
    port_ = acceptor_.local_endpoint().port();
}

async::awaitable<void> Listener::run(std::span<Core* const> cores)
{
    while (acceptor_.is_open()) {
        Core& core =
            **std::ranges::min_element(cores, {}, [](const Core* c) { return c->load.load(); });
        auto [ec, socket] = co_await acceptor_.async_accept(core.executor, as_result);
        if (ec == async::asio::error::operation_aborted) break;
        if (ec) {
            log::warn("cannot accept a connection", {{"why", ec.message()}});
            async::Timer pause{acceptor_.get_executor(), pause_after_failure};
            co_await pause.async_wait(as_result);
            continue;
        }
        ++core.load;  // from here on, so that a burst is spread; serve_connection takes it over
        async::asio::post(core.executor, [&core, accepted = std::move(socket)]() mutable {
            core.connections.spawn(serve_connection(core, std::move(accepted)));
        });
    }
}

void Listener::stop()
{
    async::error_code ec;
    acceptor_.close(ec);
}

}  // namespace phony::server
