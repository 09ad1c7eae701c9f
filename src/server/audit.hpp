#pragma once

#include "hub/event_hub.hpp"
#include "hub/history.hpp"
#include "server/http_message.hpp"
#include <phony/base/result.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace phony::server {

/// Whoever was answered can rely on the audit, but for a disk that is slower than this.
inline constexpr std::chrono::milliseconds audit_limit{50};

/// What is written down of an order that a supervisor has given just now, and of what came of it:
/// `refusal`, or, without one, that it was accepted. Its time is the call's own.
hub::OverrideAudit audit_of(const hub::EventHub& events,
                            const Request& request,
                            std::string call_sid,
                            std::string action,
                            std::string value,
                            const std::optional<Error>& refusal);

}  // namespace phony::server
