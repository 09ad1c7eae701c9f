#include <phony/twilio/signature.hpp>

#include <phony/base/hmac.hpp>
#include <phony/twilio/public_url.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdexcept>
#include <utility>

namespace phony::twilio {
namespace {

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Names in byte order, each followed by its value. A repeated name contributes its distinct
/// values, sorted: both official libraries do so.
std::string sorted_parameters(const Form& form)
{
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    pairs.reserve(form.all().size());
    for (const auto& field : form.all()) pairs.emplace_back(field.name, field.value);
    std::ranges::sort(pairs);
    const auto repeated = std::ranges::unique(pairs);
    pairs.erase(repeated.begin(), repeated.end());

    std::string parameters;
    for (const auto& [name, value] : pairs) parameters.append(name).append(value);
    return parameters;
}

std::string_view query_of(std::string_view target)
{
    target = target.substr(0, target.find('#'));
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

std::string sha256_hex(std::string_view body)
{
    static constexpr char hex[] = "0123456789abcdef";
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(bytes_of(body), body.size(), digest.data());
    std::string text;
    for (const auto byte : digest) text += {hex[byte >> 4U], hex[byte & 0x0FU]};
    return text;
}

/// Twilio's signer is inconsistent about ports, so the libraries accept a URL with and without. In
/// the order of likelihood: as configured, port removed, standard port added.
std::vector<std::string> port_variants(const std::string& url)
{
    std::vector<std::string> variants{url};
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string::npos) return variants;

    const auto host_begin = scheme_end + 3;
    const auto host_end = std::min(url.find_first_of("/?", host_begin), url.size());
    const std::string_view authority{url.data() + host_begin, host_end - host_begin};
    const std::string_view rest{url.data() + host_end, url.size() - host_end};

    // What may contain colons of its own: "user:password@" and "[2001:db8::1]".
    const auto last_colon = authority.rfind(':');
    const auto last_bracket = authority.find_last_of("@]");
    const bool has_port = last_colon != std::string_view::npos &&
                          (last_bracket == std::string_view::npos || last_colon > last_bracket);

    std::string variant = url.substr(0, host_begin);
    if (has_port) {
        variant.append(authority.substr(0, last_colon));
    } else {
        // The libraries' :80 for wss is a slip of theirs; what Twilio would mean is 443.
        const bool secure = url.starts_with("https:") || url.starts_with("wss:");
        variant.append(authority).append(secure ? ":443" : ":80");
    }
    variants.push_back(variant.append(rest));
    return variants;
}

}  // namespace

std::string sign(std::string_view auth_token, std::string_view message)
{
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    if (HMAC(EVP_sha1(),
             auth_token.data(),
             static_cast<int>(auth_token.size()),
             bytes_of(message),
             message.size(),
             digest.data(),
             nullptr) == nullptr) {
        throw std::runtime_error{"HMAC-SHA1 is not available"};
    }
    std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> text{};
    const int length = EVP_EncodeBlock(text.data(), digest.data(), SHA_DIGEST_LENGTH);
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

std::string sign_form_post(std::string_view auth_token, std::string_view url, const Form& form)
{
    return sign(auth_token, std::string{url} + sorted_parameters(form));
}

SignatureValidator::SignatureValidator(std::vector<std::string> auth_tokens, std::string public_url)
    : auth_tokens_{std::move(auth_tokens)}, public_url_{std::move(public_url)}
{
    std::erase(auth_tokens_, std::string{});
}

bool SignatureValidator::form_post(std::string_view target,
                                   const Form& form,
                                   std::string_view signature) const
{
    return matches(url_of(public_url_, target), sorted_parameters(form), signature);
}

bool SignatureValidator::get(std::string_view target, std::string_view signature) const
{
    return matches(url_of(public_url_, target), {}, signature);
}

bool SignatureValidator::json(std::string_view target,
                              std::string_view body,
                              std::string_view signature) const
{
    const auto query = parse_query(query_of(target));
    if (!query) return false;
    const auto digest = query->find("bodySHA256");
    return digest && equal_in_constant_time(*digest, sha256_hex(body)) &&
           matches(url_of(public_url_, target), {}, signature);
}

bool SignatureValidator::upgrade(std::string_view target, std::string_view signature) const
{
    target = target.substr(0, target.find('#'));
    const auto path = target.substr(0, target.find('?'));
    const auto query = target.substr(path.size());

    // Sources conflict on how the query is signed: as part of the URL, or without it and as if it
    // were a form. Some also sign a slash behind the path.
    const auto parameters = parse_query(query_of(target));
    for (const auto* slash : {"", "/"}) {
        const auto url = wss_url_of(public_url_, std::string{path} + slash);
        if (matches(url + std::string{query}, {}, signature)) return true;
        if (!query.empty() && parameters &&
            matches(url, sorted_parameters(*parameters), signature)) {
            return true;
        }
    }
    return false;
}

bool SignatureValidator::matches(const std::string& url,
                                 std::string_view parameters,
                                 std::string_view signature) const
{
    if (signature.empty()) return false;
    for (auto& message : port_variants(url)) {
        message += parameters;
        for (const auto& token : auth_tokens_) {
            if (equal_in_constant_time(sign(token, message), signature)) return true;
        }
    }
    return false;
}

}  // namespace phony::twilio
