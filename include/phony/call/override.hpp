#pragma once

#include <phony/call/input.hpp>

#include <string>
#include <string_view>

namespace phony::call {

/// What events, metrics and the audit log call a supervisor's order: "text", "dtmf", "end",
/// "transfer", "clarification"; and its value there (empty for an end).
std::string_view action_of(const Override& order);
std::string value_of(const Override& order);

}  // namespace phony::call
