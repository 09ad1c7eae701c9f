#include "server/supervisors.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <openssl/crypto.h>

namespace phony::server {
namespace {

constexpr std::string_view scheme = "Bearer ";

bool same(std::string_view secret, std::string_view given)
{
    return secret.size() == given.size() &&
           CRYPTO_memcmp(secret.data(), given.data(), secret.size()) == 0;
}

}  // namespace

Result<std::string> Supervisors::identify(std::string_view authorization) const
{
    if (open()) return std::string{"supervisor"};
    if (!boost::algorithm::istarts_with(authorization, scheme)) {
        return Error{errc::unauthorized,
                     "a supervisor's token is needed: Authorization: Bearer TOKEN"};
    }
    const std::string_view given = authorization.substr(scheme.size());
    const Supervisor* found = nullptr;
    for (const Supervisor& supervisor : known_) {
        if (same(supervisor.token, given))
            found = &supervisor;  // and go on: the time must not tell who
    }
    if (found == nullptr) return Error{errc::unauthorized, "this is no supervisor's token"};
    return found->name;
}

}  // namespace phony::server
