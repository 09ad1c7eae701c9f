#include "clients/base_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <utility>

namespace phony::clients {
namespace urls = boost::urls;

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

Error wrong(std::string why)
{
    return {errc::invalid_request, std::move(why)};
}

}  // namespace

std::string BaseUrl::authority() const
{
    const bool is_ipv6 = host.find(':') != std::string::npos;
    std::string text = is_ipv6 ? '[' + host + ']' : host;
    if (port != (tls ? https_port : http_port)) text += ':' + std::to_string(port);
    return text;
}

Result<BaseUrl> parse_base_url(std::string_view text)
{
    const auto parsed = urls::parse_uri(text);
    if (!parsed) return wrong("it is not a URL");
    const urls::url_view& url = *parsed;

    const auto scheme = url.scheme_id();
    if (scheme != urls::scheme::http && scheme != urls::scheme::https)
        return wrong("the scheme must be http or https");
    if (url.has_userinfo()) return wrong("it must not hold a user or a password");
    if (url.has_query() || url.has_fragment()) return wrong("it must end with the path");
    if (url.encoded_host().empty()) return wrong("it names no host");
    if (url.has_port() && url.port_number() == 0)
        return wrong("the port must be between 1 and 65535");

    BaseUrl base;
    base.tls = scheme == urls::scheme::https;
    base.host = url.host_address();
    base.port = url.has_port() ? url.port_number() : base.tls ? https_port : http_port;
    base.path = std::string{url.encoded_path()};
    while (base.path.ends_with('/')) base.path.pop_back();
    return base;
}

}  // namespace phony::clients
