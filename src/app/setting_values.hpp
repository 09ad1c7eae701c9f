#pragma once

#include <phony/api/origin.hpp>
#include <phony/api/trusted_proxies.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

/// The kinds of values that settings have. Each function reads one kind into `out`, or leaves it
/// alone and answers what is allowed instead, as it follows "must be".
namespace phony::app {

using Allowed = std::optional<std::string>;

template <typename Number>
Allowed read_number(std::string_view text, Number least, Number most, Number& out)
{
    Number number{};
    const auto [stopped, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || stopped != text.data() + text.size() || number < least ||
        number > most) {
        return "a number from " + std::to_string(least) + " to " + std::to_string(most);
    }
    out = number;
    return std::nullopt;
}

/// "1.5s", "800ms", "2m", "1h", or a plain number of seconds.
Allowed read_duration(std::string_view text, Duration least, Duration most, Duration& out);

template <typename Choice>
struct Named {
    std::string_view name;
    Choice choice;
};

/// One of some words.
template <typename Choice, std::size_t Size>
Allowed read_choice(std::string_view text, const Named<Choice> (&choices)[Size], Choice& out)
{
    const auto* found = std::ranges::find(choices, text, &Named<Choice>::name);
    if (found != std::end(choices)) {
        out = found->choice;
        return std::nullopt;
    }
    std::string allowed;
    for (const auto& [name, choice] : choices) {
        allowed += (allowed.empty() ? "" : ", ") + std::string{name};
    }
    return "one of " + allowed;
}

/// UTF-8; may be empty.
Allowed read_text(std::string_view text, std::string& out);

/// A key, a token or a name: printable ASCII without spaces, fit for a header line.
Allowed read_word(std::string_view text, std::string& out);

/// http or https with a host, without credentials, query and fragment. A slash at the end is
/// dropped.
Allowed read_url(std::string_view text, std::string& out);

/// "https://dash.example.com,http://localhost:5173"
Allowed read_origins(std::string_view text, std::vector<api::Origin>& out);

/// "127.0.0.1,10.0.0.0/8"
Allowed read_proxies(std::string_view text, api::TrustedProxies& out);

Allowed read_ip_address(std::string_view text, std::string& out);
Allowed read_e164(std::string_view text, std::string& out);
Allowed read_json_object(std::string_view text, boost::json::object& out);

/// Numbers or prefixes of numbers, "+1555,+15551234567", "any" or "none".
Allowed read_transfer_targets(std::string_view text, std::vector<std::string>& out, bool& any);

/// "name:token,name:token": the pairs, or nothing for "none".
Allowed read_named_tokens(std::string_view text,
                          std::vector<std::pair<std::string, std::string>>& out);

/// The parts between commas, without spaces around them.
std::vector<std::string_view> split_list(std::string_view text);

}  // namespace phony::app
