#pragma once

#include <phony/api/ip_address.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::api {

/// The proxies whose word about who a client is counts: `X-Forwarded-For` of anyone else is what a
/// client made up.
///
///     const auto proxies = TrustedProxies::parse("10.0.0.0/8, fd00::/8, 127.0.0.1");
///     proxies->client_of("127.0.0.1", "192.0.2.1, 203.0.113.7, 10.1.2.3");     // 203.0.113.7
class TrustedProxies {
public:
    /// Nobody.
    TrustedProxies() = default;

    /// Addresses, or networks with the length of their prefix, between commas. Nothing when one of
    /// them is neither.
    static std::optional<TrustedProxies> parse(std::string_view list);

    bool contains(std::string_view address) const;

    /// Who sent a request that came from `peer`. Each proxy has appended whom it got it from, so
    /// the list is read from its end, for as long as those are trusted who wrote there. What is no
    /// address ends it, too: the last proxy before it is then all that is known.
    std::string client_of(std::string_view peer, std::string_view x_forwarded_for) const;

private:
    struct Network {
        IpAddress address;
        unsigned prefix;  ///< in bits, of the address as IPv6 has it

        bool contains(const IpAddress& one) const;
    };

    std::vector<Network> networks_;
};

}  // namespace phony::api
