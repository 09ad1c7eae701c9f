#include <phony/api/secret.hpp>

#include <phony/base/hmac.hpp>
#include <phony/base/text.hpp>

#include <boost/algorithm/string/predicate.hpp>

namespace phony::api {

bool is_same_secret(std::string_view secret, std::string_view given)
{
    return equal_in_constant_time(secret, given);
}

std::optional<std::string_view> bearer_token(std::string_view authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!boost::algorithm::istarts_with(authorization, scheme)) return std::nullopt;
    return trimmed(authorization.substr(scheme.size()), " ");
}

}  // namespace phony::api
