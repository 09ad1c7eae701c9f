#include "server/audit.hpp"

#include <phony/api/error.hpp>

#include <utility>

namespace phony::server {

hub::OverrideAudit audit_of(const hub::EventHub& events,
                            const Request& request,
                            std::string call_sid,
                            std::string action,
                            std::string value,
                            const std::optional<Error>& refusal)
{
    const auto at = events.time_of(call_sid, std::chrono::steady_clock::now());
    hub::OverrideAudit audit{.call_sid = std::move(call_sid),
                             .at = at,
                             .supervisor = request.supervisor,
                             .peer = request.peer,
                             .action = std::move(action),
                             .value = std::move(value),
                             .outcome = "accepted",
                             .reason = {}};
    if (refusal) {
        const auto row = api::describe(refusal->code);
        audit.outcome = row.code;
        audit.reason = refusal->detail.empty() ? row.message : refusal->detail;
    }
    return audit;
}

}  // namespace phony::server
