#include <phony/api/ip_address.hpp>

#include <algorithm>
#include <cstddef>

#include <arpa/inet.h>

namespace phony::api {
namespace {

constexpr IpAddress::Bytes v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t v4_offset = 12;

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    const std::string terminated{text.substr(0, text.find('%'))};
    if (terminated.find('\0') != std::string::npos) return std::nullopt;
    Bytes bytes = v4_mapped;
    if (inet_pton(AF_INET, terminated.c_str(), &bytes.at(v4_offset)) == 1) return IpAddress{bytes};
    if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return IpAddress{bytes};
    return std::nullopt;
}

bool IpAddress::is_v4() const
{
    return std::equal(bytes_.begin(), bytes_.begin() + v4_offset, v4_mapped.begin());
}

bool IpAddress::is_loopback() const
{
    constexpr unsigned char loopback_network = 127;
    if (is_v4()) return bytes_.at(v4_offset) == loopback_network;
    constexpr Bytes loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return bytes_ == loopback;
}

std::string IpAddress::to_string() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4())
        inet_ntop(AF_INET, &bytes_.at(v4_offset), text.data(), text.size());
    else
        inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
}

}  // namespace phony::api
