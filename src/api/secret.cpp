#include <phony/api/secret.hpp>

#include <phony/base/text.hpp>

#include <boost/algorithm/string/predicate.hpp>
#include <openssl/crypto.h>

namespace phony::api {

bool is_same_secret(std::string_view secret, std::string_view given)
{
    return secret.size() == given.size() &&
           CRYPTO_memcmp(secret.data(), given.data(), secret.size()) == 0;
}

std::optional<std::string_view> bearer_token(std::string_view authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!boost::algorithm::istarts_with(authorization, scheme)) return std::nullopt;
    return trimmed(authorization.substr(scheme.size()), " ");
}

}  // namespace phony::api
