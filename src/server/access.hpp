#pragma once

#include "server/http_message.hpp"

#include <optional>

namespace phony::server {

struct Core;

/// Who may use an endpoint.
enum class Guard {
    open,         ///< everyone
    twilio,       ///< Twilio: the endpoint checks the signature itself, which covers its form
    supervisors,  ///< whoever shows a supervisor's token, once there are any
};

/// Why this request may not pass; nothing when it may, and then the request knows its supervisor.
std::optional<Response> refuse_entry(Core& core, Guard guard, Request& request);

}  // namespace phony::server
