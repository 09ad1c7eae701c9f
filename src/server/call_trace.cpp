#include "server/call_trace.hpp"

#include <algorithm>

#include <openssl/rand.h>

#include <stdexcept>

namespace phony::server {
namespace {

/// Not all zeros, which would stand for none.
template <typename Id>
Id random_id()
{
    Id id{};
    while (std::ranges::all_of(id, [](auto byte) { return byte == 0; })) {
        if (RAND_bytes(id.data(), static_cast<int>(id.size())) != 1)
            throw std::runtime_error{"OpenSSL has no random numbers"};
    }
    return id;
}

}  // namespace

std::optional<TraceContext> trace_of(const Request& upgrade)
{
    return parse_trace_context(upgrade.only("traceparent"), upgrade.joined("tracestate"));
}

TraceContext begin_trace()
{
    return {.trace_id = random_id<TraceContext::TraceId>(),
            .span_id = random_id<TraceContext::SpanId>()};
}

TraceContext begin_span(const TraceContext& call)
{
    return call.child(random_id<TraceContext::SpanId>());
}

}  // namespace phony::server
