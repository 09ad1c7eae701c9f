#include <phony/api/trusted_proxies.hpp>

#include <phony/api/ip_address.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace phony;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

}  // namespace

/// The first line is a list of proxies, the rest an X-Forwarded-For. Whoever it says the client is:
/// an address, written in one way, and never made up by somebody who is not trusted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto list = text.substr(0, text.find('\n'));
    const auto forwarded = text.substr(list.size() == size ? size : list.size() + 1);

    const auto proxies = api::TrustedProxies::parse(list);
    if (!proxies) return 0;
    for (const std::string_view peer : {"192.0.2.1", "10.0.0.1", "::1"}) {
        const auto client = proxies->client_of(peer, forwarded);
        if (!proxies->contains(peer)) require(client == peer);
        const auto address = api::IpAddress::parse(client);
        require(address && address->to_string() == client);
        // What a client writes left of its own address changes nothing.
        if (!proxies->contains(client))
            require(proxies->client_of(peer, "203.0.113.99," + std::string{forwarded}) == client);
    }
    return 0;
}
