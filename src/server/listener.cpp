#include "server/listener.hpp"

#include "log/log.hpp"
#include "server/http_session.hpp"
#include "server/services.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace phony::server {
namespace {

using async::as_result;
using boost::asio::ip::tcp;
using namespace std::chrono_literals;

// Trying again at once would only burn the core: those who wait in the kernel's queue can wait a
// moment longer for a descriptor, which is better than to be sent away.
constexpr auto pause_after_failure = 100ms;
constexpr auto report_interval = 10s;

std::size_t open_connections(std::span<Core* const> cores)
{
    std::size_t open = 0;
    for (const Core* core : cores) open += core->load;
    return open;
}

Core& least_loaded(std::span<Core* const> cores)
{
    return **std::ranges::min_element(cores, {}, [](const Core* c) { return c->load.load(); });
}

/// Nothing when this connection would be one too many. A proxy has many clients behind it, which
/// are told apart request by request.
std::optional<Places::Place> admit(Services& services,
                                   const std::string& peer,
                                   std::span<Core* const> cores)
{
    const std::size_t most = services.max_connections;
    if (most != 0 && open_connections(cores) >= most) {
        services.metrics.connection_refused("full");
        return std::nullopt;
    }
    if (services.proxies.contains(peer)) return Places::unlimited();
    auto place = services.places.take(peer);
    if (!place) services.metrics.connection_refused("address");
    return place;
}

/// Counts a connection that is on its way to its core, from here on, so that a burst is spread;
/// serve_connection takes the count over.
class Underway {
public:
    explicit Underway(Core& core) : core_{&core}
    {
        ++core.load;
        ++core.unanswered;
    }
    Underway(Underway&& other) noexcept : core_{std::exchange(other.core_, nullptr)} {}
    Underway(const Underway&) = delete;
    Underway& operator=(const Underway&) = delete;
    Underway& operator=(Underway&&) = delete;
    ~Underway()
    {
        if (core_ == nullptr) return;
        --core_->load;
        --core_->unanswered;
    }

    Core& core() const { return *core_; }
    void arrived() { core_ = nullptr; }

private:
    Core* core_;
};

/// False when there is no memory for it: the connection is closed.
bool hand_over(Services& services,
               Core& core,
               async::Socket socket,
               std::string peer,
               std::span<Core* const> cores)
{
    try {
        auto place = admit(services, peer, cores);
        if (!place) return true;  // which closes it
        async::asio::post(core.executor,
                          [underway = Underway{core},
                           accepted = std::move(socket),
                           from = std::move(peer),
                           own = std::move(*place)]() mutable {
                              Core& here = underway.core();
                              here.connections.spawn(serve_connection(
                                  here, std::move(accepted), std::move(from), std::move(own)));
                              underway.arrived();
                          });
    } catch (const std::bad_alloc&) {
        return false;
    }
    return true;
}

}  // namespace

Listener::Listener(const async::Executor& executor, const std::string& address, std::uint16_t port)
    : acceptor_{executor}, resumed_{executor}
{
    const tcp::endpoint endpoint{boost::asio::ip::make_address(address), port};
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address{true});
    acceptor_.bind(endpoint);
    acceptor_.listen(boost::asio::socket_base::max_listen_connections);
    port_ = acceptor_.local_endpoint().port();
}

Listener::Listener(const async::Executor& executor, int listening_socket)
    : acceptor_{executor}, resumed_{executor}
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(listening_socket, reinterpret_cast<sockaddr*>(&address), &size);
    acceptor_.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), listening_socket);
    port_ = acceptor_.local_endpoint().port();
}

std::string Listener::address() const
{
    return acceptor_.local_endpoint().address().to_string();
}

async::awaitable<void> Listener::run(Services& services, std::span<Core* const> cores)
{
    while (acceptor_.is_open()) {
        if (paused_) {
            co_await resumed_.wait();
            continue;
        }
        Core& core = least_loaded(cores);
        auto [ec, socket] = co_await acceptor_.async_accept(core.executor, as_result);
        if (ec == async::asio::error::operation_aborted) continue;  // stopped, or paused
        if (ec) {
            co_await recover(services, ec);
            continue;
        }
        const auto endpoint = socket.remote_endpoint(ec);
        if (ec) continue;  // it has gone already
        if (!hand_over(services, core, std::move(socket), endpoint.address().to_string(), cores))
            co_await recover(services, make_error_code(std::errc::not_enough_memory));
    }
}

/// Out of descriptors or memory, most likely.
async::awaitable<void> Listener::recover(Services& services, async::error_code ec)
{
    services.metrics.accept_failed();
    ++unreported_;
    const auto now = std::chrono::steady_clock::now();
    if (!reported_ || now - *reported_ >= report_interval) {
        log::warn("cannot accept connections", {{"why", ec.message()}, {"times", unreported_}});
        unreported_ = 0;
        reported_ = now;
    }
    async::Timer pause{acceptor_.get_executor(), pause_after_failure};
    co_await pause.async_wait(as_result);
}

void Listener::pause()
{
    if (std::exchange(paused_, true)) return;
    async::error_code ec;
    acceptor_.cancel(ec);
}

void Listener::resume()
{
    paused_ = false;
    resumed_.notify_all();
}

void Listener::stop()
{
    resume();
    async::error_code ec;
    acceptor_.close(ec);
}

}  // namespace phony::server
