#include <phony/api/origin.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace phony::api {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;
constexpr std::string_view http_scheme = "http://";
constexpr std::string_view https_scheme = "https://";

char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_any_of(char c, std::string_view others)
{
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
}

/// Where the host ends and `:port` may begin; 0 when there is no usable host.
std::size_t host_length(std::string_view text)
{
    const bool bracketed = text.starts_with('[');
    const std::size_t end = bracketed ? text.find(']') : text.find(':');
    const std::string_view host = text.substr(bracketed ? 1 : 0, end - (bracketed ? 1 : 0));
    if (host.empty() || (bracketed && end == std::string_view::npos)) return 0;
    const std::string_view others = bracketed ? ":." : "-._";
    if (!std::ranges::all_of(host, [&](char c) { return is_any_of(c, others); })) return 0;
    return bracketed ? end + 1 : std::min(end, text.size());
}

/// "" or ":8080".
std::optional<std::uint16_t> read_port(std::string_view text, std::uint16_t default_port)
{
    if (text.empty()) return default_port;
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, ec] = std::from_chars(text.data() + 1, end, port);
    if (text.front() != ':' || ec != std::errc{} || stopped != end || port == 0)
        return std::nullopt;
    return port;
}

/// A name whose last part is a number is an IPv4 address to every browser.
bool is_address(const Authority& authority)
{
    const std::string_view host = authority.host;
    if (host.starts_with('[')) return true;
    return std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text, std::uint16_t default_port)
{
    const std::size_t length = host_length(text);
    if (length == 0) return std::nullopt;
    const auto port = read_port(text.substr(length), default_port);
    if (!port) return std::nullopt;
    std::string host{text.substr(0, length)};
    std::ranges::transform(host, host.begin(), to_lower);
    return Authority{std::move(host), *port};
}

bool is_loopback(const Authority& authority)
{
    return authority.host == "localhost" || authority.host == "[::1]" ||
           (authority.host.starts_with("127.") && is_address(authority));
}

std::optional<Origin> parse_origin(std::string_view text)
{
    const bool tls = text.starts_with(https_scheme);
    if (!tls && !text.starts_with(http_scheme)) return std::nullopt;
    text.remove_prefix(tls ? https_scheme.size() : http_scheme.size());
    auto authority = parse_authority(text, tls ? https_port : http_port);
    if (!authority) return std::nullopt;
    return Origin{tls, std::move(*authority)};
}

Origins::Origins(std::string_view public_url, std::vector<Origin> listed)
    : known_{std::move(listed)}
{
    const auto scheme = public_url.find("//");
    const auto path = public_url.find('/', scheme == std::string_view::npos ? scheme : scheme + 2);
    if (auto own = parse_origin(public_url.substr(0, path))) known_.push_back(std::move(*own));
}

bool Origins::accepts(std::string_view origin, std::string_view host) const
{
    const auto from = parse_origin(origin);
    if (!from) return false;
    if (std::ranges::find(known_, *from) != known_.end()) return true;
    const auto to = parse_authority(host, from->tls ? https_port : http_port);
    return to == from->authority && is_loopback(*to);
}

bool Origins::is_our_host(std::string_view host) const
{
    const auto to = parse_authority(host, http_port);
    if (!to) return false;
    return is_loopback(*to) || is_address(*to) ||
           std::ranges::find(known_, to->host, [](const Origin& origin) {
               return origin.authority.host;
           }) != known_.end();
}

}  // namespace phony::api
