#include "app/setting_values.hpp"

#include <phony/base/text.hpp>
#include <phony/base/utf8.hpp>
#include <phony/call/command.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/json/parse.hpp>

#include <chrono>
#include <cmath>
#include <set>

namespace phony::app {
namespace {

struct Unit {
    std::string_view suffix;
    double seconds;
};
constexpr Unit units[] = {{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}};

/// As one would write it: "800ms", "6s", "2m".
std::string to_text(Duration duration)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    if (ms % 1000 != 0) return std::to_string(ms) + "ms";
    if (ms == 0 || ms % 60'000 != 0) return std::to_string(ms / 1000) + "s";
    if (ms % 3'600'000 != 0) return std::to_string(ms / 60'000) + "m";
    return std::to_string(ms / 3'600'000) + "h";
}

bool is_word(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_number_prefix(std::string_view text)
{
    return text.size() >= 2 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
           text.substr(1).find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Allowed read_duration(std::string_view text, Duration least, Duration most, Duration& out)
{
    const auto allowed = [&] {
        return "a duration from " + to_text(least) + " to " + to_text(most) +
               ", such as 800ms, 1.5s, 2m or a plain number of seconds";
    };
    double number = 0;
    const auto [stopped, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || !std::isfinite(number)) return allowed();
    const std::string_view suffix = text.substr(static_cast<std::size_t>(stopped - text.data()));
    const auto* unit = std::ranges::find(units, suffix, &Unit::suffix);
    if (unit == std::end(units)) return allowed();

    // Compared before it is converted: what does not fit into a Duration must not be converted.
    const std::chrono::duration<double> seconds{number * unit->seconds};
    if (seconds < least || seconds > most) return allowed();
    out = std::chrono::round<std::chrono::milliseconds>(seconds);
    return std::nullopt;
}

Allowed read_text(std::string_view text, std::string& out)
{
    if (!is_valid_utf8(text)) return "UTF-8 text";
    out = text;
    return std::nullopt;
}

Allowed read_word(std::string_view text, std::string& out)
{
    if (!is_word(text)) return "printable ASCII without spaces";
    out = text;
    return std::nullopt;
}

Allowed read_url(std::string_view text, std::string& out)
{
    const std::size_t scheme = text.starts_with("https://")  ? 8
                               : text.starts_with("http://") ? 7
                                                             : 0;
    const std::string_view host = text.substr(scheme).substr(0, text.substr(scheme).find('/'));
    if (scheme == 0 || host.empty() || host.starts_with(':') || !is_word(text) ||
        text.find_first_of("?#@\"<>\\") != std::string_view::npos) {
        return "an http or https URL without credentials, query and fragment";
    }
    while (text.ends_with('/')) text.remove_suffix(1);
    out = text;
    return std::nullopt;
}

Allowed read_origins(std::string_view text, std::vector<api::Origin>& out)
{
    out.clear();
    for (const std::string_view part : split_list(text)) {
        auto origin = api::parse_origin(part);
        if (!origin) return "http or https origins without a path, such as https://a.example:8443";
        out.push_back(std::move(*origin));
    }
    return std::nullopt;
}

Allowed read_proxies(std::string_view text, api::TrustedProxies& out)
{
    auto proxies = api::TrustedProxies::parse(text);
    if (!proxies) return "addresses or networks between commas, such as 127.0.0.1,10.0.0.0/8";
    out = std::move(*proxies);
    return std::nullopt;
}

Allowed read_ip_address(std::string_view text, std::string& out)
{
    boost::system::error_code ec;
    boost::asio::ip::make_address(text, ec);
    if (ec) return "an IP address, such as 127.0.0.1, 0.0.0.0 or ::";
    out = text;
    return std::nullopt;
}

Allowed read_e164(std::string_view text, std::string& out)
{
    std::string number = call::to_e164(text);
    if (number.empty()) return "a phone number in E.164 form, such as +15551234567";
    out = std::move(number);
    return std::nullopt;
}

Allowed read_json_object(std::string_view text, boost::json::object& out)
{
    boost::system::error_code ec;
    auto value = boost::json::parse(text, ec);
    if (ec || !value.is_object()) return R"(a JSON object, such as {"temperature":0.3})";
    out = std::move(value.as_object());
    return std::nullopt;
}

Allowed read_transfer_targets(std::string_view text, std::vector<std::string>& out, bool& any)
{
    any = text == "any";
    out.clear();
    if (any || text == "none") return std::nullopt;
    for (const std::string_view target : split_list(text)) {
        if (!is_number_prefix(target)) {
            return "any, none, or E.164 numbers or beginnings of such: +1555,+4930123456";
        }
        out.emplace_back(target);
    }
    return std::nullopt;
}

Allowed read_named_tokens(std::string_view text,
                          std::vector<std::pair<std::string, std::string>>& out)
{
    out.clear();
    if (text == "none") return std::nullopt;
    std::set<std::string_view> names;
    for (const std::string_view pair : split_list(text)) {
        const std::size_t colon = pair.find(':');
        const std::string_view name = pair.substr(0, colon);
        const std::string_view token = colon == std::string_view::npos ? std::string_view{}
                                                                       : pair.substr(colon + 1);
        if (!is_word(name) || !is_word(token) || !names.insert(name).second) {
            out.clear();
            return "name:token pairs separated by commas, each name once, or none";
        }
        out.emplace_back(name, token);
    }
    return std::nullopt;
}

std::vector<std::string_view> split_list(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t comma = text.find(',');
        parts.push_back(trimmed(text.substr(0, comma), " "));
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace phony::app
