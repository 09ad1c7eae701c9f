#pragma once

#include "server/http_message.hpp"
#include <phony/base/trace_context.hpp>

#include <optional>

namespace phony::server {

/// The trace that a proxy in front of us has begun, which the call continues.
std::optional<TraceContext> trace_of(const Request& upgrade);

/// A trace that begins with the call. Throws when the machine has no random numbers.
TraceContext begin_trace();

/// A request that is sent on behalf of `call`: a span of its own in its trace. Throws likewise.
TraceContext begin_span(const TraceContext& call);

}  // namespace phony::server
