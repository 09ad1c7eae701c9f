#include <phony/twilio/relay_token.hpp>

#include <phony/base/hmac.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

namespace phony::twilio {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::string_view purpose = "phony relay token 1\n";

std::string signature_of(std::string_view auth_token,
                         std::string_view call_sid,
                         std::string_view expiry)
{
    return hmac_sha256_hex(auth_token,
                           std::string{purpose}.append(call_sid).append("\n").append(expiry));
}

std::optional<sys_seconds> moment_in(std::string_view text)
{
    std::int64_t count = 0;
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [stopped, ec] = std::from_chars(begin, end, count);
    if (ec != std::errc{} || stopped != end || count < 0) return std::nullopt;
    const sys_seconds moment{seconds{count}};
    if (moment > latest_moment) return std::nullopt;
    return moment;
}

}  // namespace

RelayTokens::RelayTokens(std::vector<std::string> auth_tokens)
    : auth_tokens_{std::move(auth_tokens)}
{
    std::erase(auth_tokens_, std::string{});
}

std::string RelayTokens::issue(std::string_view call_sid, WallTime now) const
{
    if (!enabled()) return {};
    const auto expires = std::chrono::floor<seconds>(now) + lifetime;
    const std::string expiry = std::to_string(expires.time_since_epoch().count());
    return expiry + '.' + signature_of(auth_tokens_.front(), call_sid, expiry);
}

RelayTokens::Verdict RelayTokens::check(std::string_view call_sid,
                                        std::string_view token,
                                        WallTime now) const
{
    const auto dot = token.find('.');
    if (dot == std::string_view::npos) return Verdict::forged;
    const auto expiry = token.substr(0, dot);
    const auto expires = moment_in(expiry);
    if (!expires) return Verdict::forged;
    const bool ours = std::ranges::any_of(auth_tokens_, [&](const std::string& auth_token) {
        return equal_in_constant_time(signature_of(auth_token, call_sid, expiry),
                                      token.substr(dot + 1));
    });
    if (!ours) return Verdict::forged;
    // Clocks differ by less than that, unless one of them was set.
    const bool plausible = *expires - now <= 2 * lifetime;
    return now < *expires && plausible ? Verdict::valid : Verdict::expired;
}

}  // namespace phony::twilio
