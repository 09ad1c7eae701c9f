#include "clients/connector.hpp"

#include <phony/async/log_exception.hpp>
#include <phony/async/with_deadline.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace phony::clients {
namespace asio = async::asio;

using asio::ip::tcp;
using async::as_result;
using async::awaitable;
using Resolver = asio::ip::basic_resolver<tcp, async::Executor>;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds lookup_lifetime{60};

Error failed(std::string_view what, const BaseUrl& origin, const async::error_code& ec)
{
    std::string detail{what};
    detail.append(origin.authority()).append(": ").append(ec.message());
    return {ec, std::move(detail)};
}

}  // namespace

// ── AddressBook ──

struct AddressBook::State {
    State(const async::Executor& executor, std::string name, std::uint16_t number)
        : host{std::move(name)}, port{number}, resolver{executor}, looked_up{executor}
    {
    }

    std::string host;
    std::uint16_t port;
    Resolver resolver;
    Endpoints known;
    async::error_code failure;
    Clock::time_point expiry = Clock::time_point::min();
    bool looking = false;
    async::Condition looked_up;

    static awaitable<void> look_up(std::shared_ptr<State> state)
    {
        auto [ec, results] = co_await state->resolver.async_resolve(
            state->host, std::to_string(state->port), Resolver::numeric_service, as_result);
        if (!ec) state->known.assign(results.begin(), results.end());
        state->failure = ec;
        state->expiry = Clock::now() + lookup_lifetime;
        state->looking = false;
        state->looked_up.notify_all();
    }
};

AddressBook::AddressBook(const async::Executor& executor, std::string host, std::uint16_t port)
    : state_{std::make_shared<State>(executor, std::move(host), port)},
      lookups_{executor, async::log_exceptions_of("address look-up")}
{
    async::error_code not_an_address;
    const auto address = asio::ip::make_address(state_->host, not_an_address);
    if (not_an_address) return;
    state_->known.emplace_back(address, port);
    state_->expiry = Clock::time_point::max();
}

awaitable<Result<AddressBook::Endpoints>> AddressBook::endpoints()
{
    const auto state = state_;
    if (Clock::now() >= state->expiry && !std::exchange(state->looking, true))
        lookups_.spawn(State::look_up(state));
    while (state->known.empty() && state->looking) co_await state->looked_up.wait();
    if (state->known.empty()) {
        state->expiry = Clock::time_point::min();  // a failure is not worth remembering
        co_return state->failure;
    }
    co_return state->known;
}

void AddressBook::prefer(const tcp::endpoint& endpoint)
{
    auto& known = state_->known;
    const auto found = std::find(known.begin(), known.end(), endpoint);
    if (found != known.end()) std::rotate(known.begin(), found, found + 1);
}

void AddressBook::doubt()
{
    if (state_->expiry != Clock::time_point::max()) state_->expiry = Clock::time_point::min();
}

// ── Connector ──

Connector::Connector(const async::Executor& executor,
                     BaseUrl origin,
                     asio::ssl::context& tls,
                     Duration timeout)
    : executor_{executor},
      origin_{std::move(origin)},
      tls_{tls},
      timeout_{timeout},
      addresses_{executor, origin_.host, origin_.port}
{
}

awaitable<Result<async::Stream>> Connector::connect()
{
    auto stream = co_await async::with_deadline(try_all(), timeout_);
    if (!stream) {
        addresses_.doubt();
        co_return failed("connecting to ", origin_, asio::error::timed_out);
    }
    co_return std::move(*stream);
}

awaitable<Result<async::Stream>> Connector::try_all()
{
    auto endpoints = co_await addresses_.endpoints();
    if (!endpoints) co_return failed("looking up ", origin_, endpoints.error().code);

    // An address that swallows packets must leave time for the others; the last one may use it up.
    const Duration share = timeout_ / static_cast<int>(endpoints->size());
    Error newest;
    for (const auto& endpoint : *endpoints) {
        auto stream = co_await async::with_deadline(try_one(endpoint), share);
        if (stream && *stream) {
            addresses_.prefer(endpoint);
            co_return std::move(*stream);
        }
        newest = stream ? stream->error()
                        : failed("connecting to ", origin_, asio::error::timed_out);
    }
    addresses_.doubt();
    co_return newest;
}

awaitable<Result<async::Stream>> Connector::try_one(tcp::endpoint endpoint)
{
    async::Socket socket{executor_};
    async::error_code ec;
    std::tie(ec) = co_await socket.async_connect(endpoint, as_result);
    if (!ec) socket.set_option(tcp::no_delay{true}, ec);
    if (ec) co_return failed("connecting to ", origin_, ec);
    if (!origin_.tls) co_return async::Stream{std::move(socket)};

    async::Stream stream{std::move(socket), tls_};
    if (ec = co_await stream.connect_tls(origin_.host); ec)
        co_return failed("TLS handshake with ", origin_, ec);
    co_return std::move(stream);
}

}  // namespace phony::clients
