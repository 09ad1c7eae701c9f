#include "server/peer.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace phony::server {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t network_bytes = 8;

/// IPv4 stays what it is when it comes in over a socket of IPv6.
std::optional<ip::address> parse(std::string_view peer)
{
    boost::system::error_code ec;
    auto address = ip::make_address(peer, ec);
    if (ec) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

}  // namespace

bool is_this_machine(std::string_view peer)
{
    const auto address = parse(peer);
    return address && address->is_loopback();
}

std::string network_of(std::string_view peer)
{
    const auto address = parse(peer);
    if (!address) return std::string{peer};
    if (address->is_v4()) return address->to_string();
    auto bytes = address->to_v6().to_bytes();
    std::fill(bytes.begin() + network_bytes, bytes.end(), 0);
    return ip::address_v6{bytes}.to_string();
}

}  // namespace phony::server
