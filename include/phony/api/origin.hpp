#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which web pages may speak to us. A browser says in `Origin` which site's script opens a
/// WebSocket or sends a request; nothing else keeps a foreign page from doing so in the name of
/// whoever looks at it.
namespace phony::api {

/// Where a request goes: the Host header.
struct Authority {
    std::string host;  ///< in lower case; IPv6 in brackets
    std::uint16_t port = 0;

    friend bool operator==(const Authority&, const Authority&) = default;
};

/// "localhost:24187", "[::1]"; nothing when it is no such thing.
std::optional<Authority> parse_authority(std::string_view text, std::uint16_t default_port);

/// localhost, 127.x.x.x and ::1: this machine, whatever a name server says.
bool is_loopback(const Authority& authority);

/// A site: "https://phone.example.com", "http://localhost:5173".
struct Origin {
    bool tls = false;
    Authority authority;  ///< its port is never 0

    friend bool operator==(const Origin&, const Origin&) = default;
};

/// Nothing when it is no http or https origin: a path behind it, "null", an extension's.
std::optional<Origin> parse_origin(std::string_view text);

/// The sites whose pages may use the API: any of this machine that it was itself loaded from, the
/// public URL's, and those that are listed. Immutable.
class Origins {
public:
    /// None: only this machine's.
    Origins() = default;
    /// `public_url` may have a path, which does not count.
    Origins(std::string_view public_url, std::vector<Origin> listed);

    /// Whether a page of `origin` may send a request to `host`, both as their headers have them.
    bool accepts(std::string_view origin, std::string_view host) const;

    /// Whether a request to `host` was meant for us. A page whose own name suddenly leads to this
    /// machine (DNS rebinding) reads our answers as its own, and a browser sends no Origin with
    /// what a page reads from its own site; its name is all that gives it away. An address instead
    /// of a name cannot be made to lead elsewhere.
    bool is_our_host(std::string_view host) const;

private:
    std::vector<Origin> known_;
};

}  // namespace phony::api
