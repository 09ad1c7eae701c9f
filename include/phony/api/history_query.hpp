#pragma once

#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What `GET /history` is asked for:
///
///     /history?from=2024-01-01&to=2024-02-01T00:00:00Z&number=5551234567&text=refund&limit=20
///
/// Every parameter may be missing or empty; unknown ones are skipped.
namespace phony::api {

/// A place in the list of past calls, newest first: behind the call that began at `started` and has
/// this id. It stays where it is while new calls come in.
struct HistoryCursor {
    WallTime started;
    std::int64_t id = 0;
    friend bool operator==(const HistoryCursor&, const HistoryCursor&) = default;
};

/// Opaque to clients: letters, digits and one `-`.
std::string to_text(const HistoryCursor& cursor);
std::optional<HistoryCursor> parse_cursor(std::string_view text);

struct HistoryQuery {
    static constexpr std::size_t most_calls = 200;
    static constexpr std::size_t most_words = 16;

    std::optional<WallTime> from;  ///< calls that began then or later
    std::optional<WallTime> to;    ///< calls that began before
    std::string digits;            ///< within the number of either party
    /// All of them begin a word of one line of the transcript; letter case and accents do not
    /// count.
    std::vector<std::string> words;
    std::size_t limit = 50;  ///< 1 to most_calls
    std::optional<HistoryCursor> cursor;
};

/// Reads the query of a URL, still encoded.
///
/// Errors (invalid_request): those of parse_query; and with the field: a time that is not ISO 8601,
/// a number without digits, a text that is not UTF-8 or holds nothing to look for, a limit out of
/// range, a cursor that is none of ours.
Result<HistoryQuery> parse_history_query(std::string_view query);

/// The words as SQLite's full-text index is asked for them, `"refund"* "today"*`: quoted, so that
/// nothing in them is an operator.
std::string match_expression(const std::vector<std::string>& words);

}  // namespace phony::api
