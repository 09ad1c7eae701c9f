#include <phony/api/session.hpp>

#include <phony/api/secret.hpp>
#include <phony/base/fields.hpp>
#include <phony/base/hmac.hpp>
#include <phony/base/text.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace phony::api {
namespace {

using std::chrono::seconds;

// What is signed begins with it, so that no other use of a token yields a session.
constexpr std::string_view purpose = "phony session 1\n";

void append_hex(std::string& out, std::string_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
}

std::optional<std::string> from_hex(std::string_view text)
{
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); at += 2) {
        unsigned byte = 0;
        const char* end = text.data() + at + 2;
        const auto [stopped, ec] = std::from_chars(text.data() + at, end, byte, 16);
        if (ec != std::errc{} || stopped != end) return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

std::string signature_of(std::string_view claim, std::string_view secret)
{
    return hmac_sha256_hex(secret, std::string{purpose}.append(claim));
}

}  // namespace

Result<std::string> parse_sign_in(std::string_view body)
{
    const auto object = parse_object(body);
    if (!object) return object.error();
    const auto token = Fields{*object}.required_string("token");
    if (!token) return token.error();
    if (token->empty()) return invalid_field("token", "must not be empty");
    return std::string{*token};
}

std::string session_value(std::string_view supervisor, WallTime expires, std::string_view secret)
{
    const auto since_epoch = std::chrono::duration_cast<seconds>(expires.time_since_epoch());
    std::string value = std::to_string(since_epoch.count()) + '.';
    append_hex(value, supervisor);
    const std::string signature = signature_of(value, secret);
    return value.append(".").append(signature);
}

std::optional<SessionClaim> parse_session(std::string_view value)
{
    const auto name_at = value.find('.');
    const auto signature_at = value.rfind('.');
    if (name_at == std::string_view::npos || name_at == signature_at) return std::nullopt;

    std::int64_t expiry = 0;
    const auto digits = value.substr(0, name_at);
    const char* begin = digits.data();
    const char* end = begin + digits.size();
    const auto [stopped, ec] = std::from_chars(begin, end, expiry);
    if (ec != std::errc{} || stopped != end || expiry < 0) return std::nullopt;
    const std::chrono::sys_seconds expires{seconds{expiry}};
    if (expires > latest_moment) return std::nullopt;
    auto name = from_hex(value.substr(name_at + 1, signature_at - name_at - 1));
    if (!name || name->empty()) return std::nullopt;
    return SessionClaim{std::move(*name), expires, std::string{value}};
}

bool SessionClaim::is_signed_with(std::string_view secret) const
{
    const std::string_view whole = value;
    const auto dot = whole.rfind('.');
    const std::string_view given = whole.substr(dot + 1);
    return is_same_secret(signature_of(whole.substr(0, dot), secret), given);
}

std::string_view find_cookie(std::string_view header, std::string_view name)
{
    while (!header.empty()) {
        const auto end = std::min(header.find(';'), header.size());
        const auto pair = trimmed(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
            return pair.substr(name.size() + 1);
    }
    return {};
}

}  // namespace phony::api
