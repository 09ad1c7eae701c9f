#include <phony/api/history_query.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace phony::api;

/// Whatever is asked for, what comes out is within its bounds, and the index is asked for quoted
/// words alone.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto query = parse_history_query({reinterpret_cast<const char*>(data), size});
    if (!query) return 0;
    if (query->limit < 1 || query->limit > HistoryQuery::most_calls) std::abort();
    if (query->words.size() > HistoryQuery::most_words) std::abort();
    if (const auto& cursor = query->cursor; cursor && parse_cursor(to_text(*cursor)) != cursor)
        std::abort();

    bool quoted = false;
    for (const char c : match_expression(query->words)) {
        if (static_cast<unsigned char>(c) < ' ') std::abort();
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c != '*' && c != ' ') {
            std::abort();
        }
    }
    if (quoted) std::abort();
    return 0;
}
