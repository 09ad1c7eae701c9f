#pragma once

#include <phony/call/input.hpp>

#include <string_view>

namespace phony::call {

/// The name for logs and the metrics' `reason` label: "rate_limited".
std::string_view name_of(ModelFailure failure);

/// Whether asking once more, with the same request, may help. Only while nothing of the reply has
/// been spoken: a second reply repeats or contradicts the first. `context_too_long` is not among
/// them, because it needs a shorter request.
bool is_retryable(ModelFailure failure);

}  // namespace phony::call
