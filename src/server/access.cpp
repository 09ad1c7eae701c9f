#include "server/access.hpp"

#include "server/services.hpp"

#include <utility>

namespace phony::server {

std::optional<Response> refuse_entry(Core& core, Guard guard, Request& request)
{
    if (guard != Guard::supervisors) return std::nullopt;
    auto supervisor = core.services.supervisors.identify(request.only("Authorization"));
    if (!supervisor) {
        Response refusal = refuse(supervisor.error());
        refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
        return refusal;
    }
    request.supervisor = std::move(*supervisor);
    return std::nullopt;
}

}  // namespace phony::server
