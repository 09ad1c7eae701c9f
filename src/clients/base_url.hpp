#pragma once

#include <phony/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace phony::clients {

/// Where a server's API begins, as settings give it: "https://api.openai.com/v1",
/// "http://[::1]:8080".
struct BaseUrl {
    bool tls = true;
    std::string host;  ///< a name or an address, without the brackets of IPv6
    std::uint16_t port = 443;
    std::string path;  ///< "" or "/v1": no slash at its end

    /// What the Host header says: brackets around IPv6, the port unless it is the scheme's own.
    std::string authority() const;

    friend bool operator==(const BaseUrl&, const BaseUrl&) = default;
};

/// Errors: invalid_request, with a clause that says what is wrong ("the scheme must be http or
/// https").
Result<BaseUrl> parse_base_url(std::string_view text);

}  // namespace phony::clients
