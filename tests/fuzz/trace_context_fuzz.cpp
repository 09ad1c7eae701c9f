#include <phony/base/trace_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace phony;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

}  // namespace

/// The first line is a traceparent, the rest a tracestate. Whatever they hold, what is handed on is
/// two clean header lines at most, and reads back as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto line = std::min(text.find('\n'), text.size());
    const auto context =
        parse_trace_context(text.substr(0, line), text.substr(std::min(line + 1, text.size())));
    if (!context) return 0;

    require(context->state.size() <= longest_trace_state);
    const std::string lines = trace_headers(*context);
    require(std::ranges::count(lines, '\n') == (context->state.empty() ? 1 : 2));
    require(std::ranges::all_of(
        lines, [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n'; }));

    const std::string_view parent{lines.data() + std::string_view{"traceparent: "}.size(), 55};
    require(parse_trace_context(parent, context->state) == context);
    return 0;
}
