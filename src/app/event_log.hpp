#pragma once

#include <phony/api/event_json.hpp>
#include <phony/call/event.hpp>

namespace phony::app {

/// What the log tells of a call: how it began and ended, its commands and errors, and the latency
/// of each turn. What people say is logged at debug only, numbers are redacted, and pressed digits,
/// which may be a PIN, are left out.
void log_event(const api::EventStamp& stamp, const call::Event& event);

}  // namespace phony::app
