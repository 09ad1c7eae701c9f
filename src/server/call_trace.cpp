#include "server/call_trace.hpp"

#include <cstddef>
#include <cstring>
#include <random>

namespace phony::server {
namespace {

/// Unlike any other, but no secret. Not all zeros, which would stand for none.
template <typename Id>
Id random_id()
{
    thread_local std::mt19937_64 random = [] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device()};
        return std::mt19937_64{seed};
    }();
    Id id{};
    static_assert(sizeof id % sizeof random() == 0);
    while (id == Id{}) {
        for (std::size_t at = 0; at < id.size(); at += sizeof random()) {
            const auto number = random();
            std::memcpy(id.data() + at, &number, sizeof number);
        }
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
