#include "server/peer.hpp"

#include <phony/api/ip_address.hpp>

#include <algorithm>
#include <cstddef>

namespace phony::server {
namespace {

constexpr std::size_t network_bytes = 8;

}  // namespace

bool is_this_machine(std::string_view peer)
{
    const auto address = api::IpAddress::parse(peer);
    return address && address->is_loopback();
}

std::string network_of(std::string_view peer)
{
    const auto address = api::IpAddress::parse(peer);
    if (!address) return std::string{peer};
    if (address->is_v4()) return address->to_string();
    auto bytes = address->bytes();
    std::fill(bytes.begin() + network_bytes, bytes.end(), 0);
    return api::IpAddress{bytes}.to_string();
}

}  // namespace phony::server
