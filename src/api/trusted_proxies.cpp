#include <phony/api/trusted_proxies.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace phony::api {
namespace {

constexpr unsigned bits_of_v4 = 32;
constexpr unsigned bits_of_v6 = 128;
constexpr unsigned bits_of_byte = 8;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Some proxies write a port, too: 192.0.2.1:5060, [2001:db8::1]:5060.
std::string_view without_port(std::string_view entry)
{
    if (entry.starts_with('[')) {
        const auto end = entry.find(']');
        return end == std::string_view::npos ? entry : entry.substr(1, end - 1);
    }
    const auto colon = entry.find(':');
    return colon == entry.rfind(':') ? entry.substr(0, colon) : entry;  // more are IPv6
}

}  // namespace

std::optional<TrustedProxies> TrustedProxies::parse(std::string_view list)
{
    TrustedProxies proxies;
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(',', begin), list.size());
        const auto entry = trimmed(list.substr(begin, end - begin));
        begin = end + 1;

        const auto slash = entry.find('/');
        const auto address = IpAddress::parse(entry.substr(0, slash));
        if (!address) return std::nullopt;
        const unsigned bits = address->is_v4() ? bits_of_v4 : bits_of_v6;
        unsigned prefix = bits;
        if (slash != std::string_view::npos) {
            const auto number = entry.substr(slash + 1);
            const auto [last, ec] =
                std::from_chars(number.data(), number.data() + number.size(), prefix);
            if (ec != std::errc{} || last != number.data() + number.size() || prefix > bits)
                return std::nullopt;
        }
        proxies.networks_.push_back({*address, prefix + bits_of_v6 - bits});
    }
    return proxies;
}

bool TrustedProxies::Network::contains(const IpAddress& one) const
{
    const auto& ours = address.bytes();
    const auto& theirs = one.bytes();
    const auto whole = prefix / bits_of_byte;
    if (!std::equal(ours.begin(), ours.begin() + whole, theirs.begin())) return false;
    const auto rest = prefix % bits_of_byte;
    if (rest == 0) return true;
    const unsigned differing = ours.at(whole) ^ theirs.at(whole);
    return differing >> (bits_of_byte - rest) == 0;
}

bool TrustedProxies::contains(std::string_view address) const
{
    if (networks_.empty()) return false;
    const auto parsed = IpAddress::parse(address);
    if (!parsed) return false;
    return std::ranges::any_of(networks_,
                               [&](const Network& network) { return network.contains(*parsed); });
}

std::string TrustedProxies::client_of(std::string_view peer, std::string_view x_forwarded_for) const
{
    std::string client{peer};
    while (!x_forwarded_for.empty() && contains(client)) {
        const auto comma = x_forwarded_for.rfind(',');
        const auto entry = x_forwarded_for.substr(comma == std::string_view::npos ? 0 : comma + 1);
        x_forwarded_for = x_forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
        const auto address = IpAddress::parse(without_port(trimmed(entry)));
        if (!address) break;
        client = address->to_string();
    }
    return client;
}

}  // namespace phony::api
