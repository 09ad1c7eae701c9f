#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace phony::api {

/// An address of IPv4 or IPv6. One of IPv4 stays what it is when it comes in over a socket of IPv6
/// (::ffff:192.0.2.1).
class IpAddress {
public:
    using Bytes = std::array<unsigned char, 16>;

    /// "192.0.2.1", "2001:db8::1", "fe80::1%eth0", whose scope is dropped.
    static std::optional<IpAddress> parse(std::string_view text);

    explicit IpAddress(const Bytes& bytes) : bytes_{bytes} {}

    bool is_v4() const;
    bool is_loopback() const;
    /// As IPv6 has it.
    const Bytes& bytes() const { return bytes_; }
    std::string to_string() const;

    friend bool operator==(const IpAddress&, const IpAddress&) = default;

private:
    Bytes bytes_;
};

}  // namespace phony::api
