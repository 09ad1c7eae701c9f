#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phony {

/// Names the trace that a request is part of, and the span within it that sends the request: W3C
/// Trace Context, level 1.
///
///     traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
///     tracestate: congo=t61rcWkgMzE
struct TraceContext {
    using TraceId = std::array<std::uint8_t, 16>;
    using SpanId = std::array<std::uint8_t, 8>;

    TraceId trace_id{};  ///< all zeros: of no trace
    SpanId span_id{};
    bool sampled = true;  ///< whoever began the trace records it
    std::string state{};  ///< of other systems, to be handed on as it is

    /// What a part of this span's work sends along; `span` is random, and not all zeros.
    TraceContext child(const SpanId& span) const { return {trace_id, span, sampled, state}; }

    friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

/// More of a tracestate is not handed on.
inline constexpr std::size_t longest_trace_state = 512;

/// Reads the two headers, of which the second may be empty. Nothing when the first is not valid:
/// the second means nothing then, and a trace begins anew. A second one that is not valid is
/// dropped alone.
std::optional<TraceContext> parse_trace_context(std::string_view traceparent,
                                                std::string_view tracestate);

/// The value of the first header.
std::string traceparent_of(const TraceContext& context);

/// The headers of a request within this trace, as whole lines.
std::string trace_headers(const TraceContext& context);

/// As logs and events name it, in lower-case hexadecimal.
std::string to_hex(const TraceContext::TraceId& id);

}  // namespace phony
