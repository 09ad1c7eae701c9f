#include "support/fault_proxy.hpp"

#include <phony/async/log_exception.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace phony::test {
namespace asio = async::asio;

using namespace std::chrono_literals;
using asio::ip::tcp;
using async::as_result;
using async::awaitable;
using async::error_code;
using From = Fault::From;
using What = Fault::What;

namespace {

constexpr auto a_moment = 150ms;
constexpr auto between_bytes = 500us;
constexpr std::size_t most_slow_bytes = 300;
constexpr std::string_view garbage =
    "\xff\x16\x03\r\n\r\n\x7f\xfe}]\"\\ \x80 HTTP/9.9 -1\r\n: \xc3\x28\n\n\x01\x01zz\r\n";

/// Finds the moment in what passes.
class Moment {
public:
    Moment(std::vector<std::string> behind, std::size_t bytes)
        : behind_{std::move(behind)}, bytes_{bytes}
    {
    }

    /// How much of `passing` comes before it; nothing when all of it does.
    std::optional<std::size_t> find(std::string_view passing)
    {
        std::size_t at = 0;
        while (next_ < behind_.size()) {
            const std::string& wanted = behind_[next_];
            const std::size_t before = tail_.size();
            const std::string seen = tail_ + std::string{passing.substr(at)};
            const auto found = seen.find(wanted);
            if (found == seen.npos) {
                tail_ = seen.substr(seen.size() - std::min(seen.size(), wanted.size() - 1));
                return std::nullopt;
            }
            at += found + wanted.size() - before;
            tail_.clear();
            ++next_;
        }
        const std::size_t left = passing.size() - at;
        if (left <= bytes_) {
            bytes_ -= left;
            if (bytes_ > 0) return std::nullopt;
        } else {
            at += std::exchange(bytes_, 0);
            return at;
        }
        return passing.size();
    }

private:
    std::vector<std::string> behind_;
    std::size_t bytes_;
    std::size_t next_ = 0;
    std::string tail_;  ///< of what has passed, as much as the next may begin with
};

void half_close(async::Socket& socket)
{
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void reset(async::Socket& socket)
{
    error_code ignored;
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket.close(ignored);
}

}  // namespace

bool is_whole_request(std::string_view request)
{
    constexpr std::string_view blank_line = "\r\n\r\n";
    constexpr std::string_view name = "Content-Length: ";
    const auto head = request.find(blank_line);
    if (head == request.npos) return false;
    const auto length = request.substr(0, head).find(name);
    std::size_t body = 0;
    if (length != request.npos) {
        const auto digits = request.substr(length + name.size(), 20);
        std::from_chars(digits.data(), digits.data() + digits.size(), body);
    }
    return request.size() >= head + blank_line.size() + body;
}

struct FaultProxy::Link {
    FaultProxy& proxy;
    async::Socket client;
    async::Socket server;
    std::string begun{};  ///< what the client has said and was not passed on
    bool chosen = false;
    Fault fault{};
    Moment moment{{}, 0};
    bool server_spoke = true;
    bool struck = false;
    bool broken = false;  ///< nothing passes any more

    /// What is to go wrong before anything was said does so now.
    awaitable<void> begin()
    {
        if (choose({})) co_await pass(fault.from, {});
    }

    bool choose(std::string_view what_was_said)
    {
        auto choice = proxy.choose_(what_was_said);
        if (!choice) return false;
        chosen = true;
        fault = std::move(*choice);
        moment = Moment{fault.behind, fault.bytes};
        return true;
    }

    bool is_armed() const { return !struck && fault.what != What::none; }

    async::Socket& end(From from) { return from == From::client ? client : server; }

    awaitable<void> pump(From from)
    {
        async::Socket& source = end(from);
        std::array<char, 16 * 1024> read;
        for (;;) {
            auto [ec, size] = co_await source.async_read_some(asio::buffer(read), as_result);
            if (ec) co_return over(from, ec);
            if (broken) continue;
            const std::string_view bytes{read.data(), size};
            const auto failed = from == From::client ? co_await take(bytes)
                                                     : co_await pass(from, bytes);
            if (failed) co_return over(from, failed);
            server_spoke = server_spoke || from == From::server;
        }
    }

    /// Nothing comes from there any more.
    void over(From from, error_code ec)
    {
        if (broken && fault.what == What::stall && from == From::server) return;  // nobody is told
        async::Socket& other = end(from == From::client ? From::server : From::client);
        if (ec == asio::error::eof && !broken) return half_close(other);
        error_code ignored;
        if (ec == asio::error::eof) {
            client.close(ignored);
            server.close(ignored);
        } else {
            reset(client);
            reset(server);
        }
    }

    /// From the client: held back until it is known what is to go wrong.
    awaitable<error_code> take(std::string_view bytes)
    {
        if (struck) co_return co_await write(From::client, bytes);
        if (std::exchange(server_spoke, false) && !is_armed()) {
            begun.clear();
            chosen = false;
        }
        if (chosen) co_return co_await pass(From::client, bytes);
        begun += bytes;
        if (!choose(begun)) co_return error_code{};
        const std::string held = std::exchange(begun, {});
        co_return co_await pass(From::client, held);
    }

    awaitable<error_code> pass(From from, std::string_view bytes)
    {
        const auto before = is_armed() && fault.from == from ? moment.find(bytes) : std::nullopt;
        if (!before) co_return co_await write(from, bytes);
        if (const auto ec = co_await write(from, bytes.substr(0, *before))) co_return ec;
        struck = true;
        ++proxy.struck_;
        co_return co_await strike(from, bytes.substr(*before));
    }

    awaitable<error_code> write(From from, std::string_view bytes)
    {
        async::Socket& destination = end(from == From::client ? From::server : From::client);
        auto [ec, size] = co_await asio::async_write(destination, asio::buffer(bytes), as_result);
        co_return ec;
    }

    awaitable<error_code> strike(From from, std::string_view rest)
    {
        switch (fault.what) {
        case What::none: break;
        case What::delay: co_await pause(a_moment); co_return co_await write(from, rest);
        case What::slowly: co_return co_await trickle(from, rest);
        case What::stall: broken = true; break;
        case What::close: hang_up(); break;
        case What::reset:
            reset(client);
            reset(server);
            break;
        case What::garbage: {
            const auto ec = co_await write(from, garbage);
            hang_up();
            co_return ec;
        }
        }
        co_return error_code{};
    }

    void hang_up()
    {
        broken = true;
        half_close(client);
        half_close(server);
    }

    awaitable<error_code> trickle(From from, std::string_view bytes)
    {
        const std::size_t slow = std::min(bytes.size(), most_slow_bytes);
        for (std::size_t at = 0; at < slow; ++at) {
            if (const auto ec = co_await write(from, bytes.substr(at, 1))) co_return ec;
            co_await pause(between_bytes);
        }
        co_return co_await write(from, bytes.substr(slow));
    }

    awaitable<void> pause(Duration duration) const
    {
        async::Timer timer{proxy.executor_, duration};
        co_await timer.async_wait(as_result);
    }
};

FaultProxy::FaultProxy(asio::io_context& io, std::uint16_t server, Choose choose)
    : executor_{io.get_executor()},
      acceptor_{executor_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      port_{acceptor_.local_endpoint().port()},
      server_{server},
      choose_{std::move(choose)},
      tasks_{executor_, async::log_exceptions_of("FaultProxy")}
{
    tasks_.spawn(accept());
}

FaultProxy::~FaultProxy()
{
    close();
}

void FaultProxy::close()
{
    error_code ignored;
    acceptor_.close(ignored);
    for (Link* link : connections_) {
        link->client.close(ignored);
        link->server.close(ignored);
    }
}

awaitable<void> FaultProxy::accept()
{
    for (;;) {
        auto [ec, client] = co_await acceptor_.async_accept(as_result);
        if (ec) co_return;
        tasks_.spawn(serve(std::move(client)));
    }
}

awaitable<void> FaultProxy::serve(async::Socket client)
{
    using namespace asio::experimental::awaitable_operators;
    Link link{*this, std::move(client), async::Socket{executor_}};
    connections_.push_back(&link);
    auto [ec] =
        co_await link.server.async_connect({asio::ip::address_v4::loopback(), server_}, as_result);
    if (!ec && link.client.is_open()) {
        link.client.set_option(tcp::no_delay{true}, ec);
        link.server.set_option(tcp::no_delay{true}, ec);
        co_await link.begin();
        co_await (link.pump(From::client) && link.pump(From::server));
    }
    std::erase(connections_, &link);
}

}  // namespace phony::test
