#pragma once

#include <string>
#include <string_view>

/// Addresses of clients, as Request::peer has them.
namespace phony::server {

/// This machine: 127.0.0.1, ::1, ::ffff:127.0.0.1.
bool is_this_machine(std::string_view peer);

/// Who counts as one client: an IPv4 address, or the 64 bits of an IPv6 address that a household or
/// a host gets as a whole, so that nobody is new with each request.
std::string network_of(std::string_view peer);

}  // namespace phony::server
