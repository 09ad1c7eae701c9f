#include <phony/api/history_query.hpp>

#include <phony/base/fields.hpp>
#include <phony/base/form.hpp>
#include <phony/base/text.hpp>
#include <phony/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <system_error>
#include <utility>

namespace phony::api {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr int cursor_base = 36;
constexpr std::size_t longest_number = 40;
constexpr std::size_t longest_text = 500;

void append_number(std::string& out, std::int64_t number)
{
    std::array<char, 16> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), number, cursor_base).ptr;
    out.append(digits.data(), end);
}

std::optional<std::int64_t> read_number(std::string_view text, int base)
{
    std::int64_t number = 0;
    const auto [stopped, ec] =
        std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (ec != std::errc{} || stopped != text.data() + text.size() || number < 0)
        return std::nullopt;
    return number;
}

/// Everything that no one types into a search becomes a space; NUL would end SQLite's text.
constexpr bool separates(char c)
{
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(std::exchange(word, {}));
    };
    for (const char c : text) {
        if (separates(c)) {
            finish();
        } else {
            word += c;
        }
    }
    finish();
    return words;
}

class Reader {
public:
    explicit Reader(const Form& parameters) : parameters_{parameters} {}

    std::string_view given(std::string_view name) const
    {
        return trimmed(parameters_.find(name).value_or(""));
    }

    Result<void> read_time(std::string_view name, std::optional<WallTime>& out) const
    {
        if (given(name).empty()) return {};
        // A `+` that was not escaped has become a space: 12:00:00+01:00.
        std::string text{given(name)};
        std::ranges::replace(text, ' ', '+');
        out = from_iso8601(text);
        if (!out) return invalid_field(name, "must be a time such as 2024-01-31T09:30:00Z");
        return {};
    }

    Result<void> read_digits(std::string& out) const
    {
        const auto number = given("number");
        if (number.empty()) return {};
        std::ranges::copy_if(
            number, std::back_inserter(out), [](char c) { return c >= '0' && c <= '9'; });
        if (out.empty() || number.size() > longest_number)
            return invalid_field("number", "must be a phone number, or some digits of one");
        return {};
    }

    Result<void> read_words(std::vector<std::string>& out) const
    {
        const auto text = given("text");
        if (text.empty()) return {};
        out = words_of(text);
        if (text.size() > longest_text || out.size() > HistoryQuery::most_words || out.empty() ||
            !is_valid_utf8(text)) {
            return invalid_field("text", "must be 1 to 16 words, at most 500 bytes of UTF-8");
        }
        return {};
    }

    Result<void> read_limit(std::size_t& out) const
    {
        const auto text = given("limit");
        if (text.empty()) return {};
        const auto limit = read_number(text, 10);
        if (!limit || *limit < 1 || std::cmp_greater(*limit, HistoryQuery::most_calls))
            return invalid_field("limit", "must be a number from 1 to 200");
        out = static_cast<std::size_t>(*limit);
        return {};
    }

    Result<void> read_cursor(std::optional<HistoryCursor>& out) const
    {
        const auto text = given("cursor");
        if (text.empty()) return {};
        out = parse_cursor(text);
        if (!out) return invalid_field("cursor", "must be the nextCursor of an answer");
        return {};
    }

private:
    const Form& parameters_;
};

}  // namespace

std::string to_text(const HistoryCursor& cursor)
{
    const auto since_epoch =
        std::chrono::floor<Milliseconds>(cursor.started.time_since_epoch()).count();
    std::string text;
    append_number(text, since_epoch);
    text += '-';
    append_number(text, cursor.id);
    return text;
}

std::optional<HistoryCursor> parse_cursor(std::string_view text)
{
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto since_epoch = read_number(text.substr(0, dash), cursor_base);
    const auto id = read_number(text.substr(dash + 1), cursor_base);
    if (!since_epoch || !id) return std::nullopt;
    const std::chrono::sys_time<Milliseconds> started{Milliseconds{*since_epoch}};
    if (started > latest_moment) return std::nullopt;
    return HistoryCursor{started, *id};
}

Result<HistoryQuery> parse_history_query(std::string_view query)
{
    const auto parameters = parse_query(query);
    if (!parameters) return parameters.error();
    const Reader reader{*parameters};

    HistoryQuery wanted;
    for (const auto& read : {reader.read_time("from", wanted.from),
                             reader.read_time("to", wanted.to),
                             reader.read_digits(wanted.digits),
                             reader.read_words(wanted.words),
                             reader.read_limit(wanted.limit),
                             reader.read_cursor(wanted.cursor)}) {
        if (!read) return read.error();
    }
    return wanted;
}

std::string match_expression(const std::vector<std::string>& words)
{
    std::string expression;
    for (const std::string& word : words) {
        if (!expression.empty()) expression += ' ';
        expression += '"';
        for (const char c : word) {
            expression += c;
            if (c == '"') expression += c;
        }
        expression += "\"*";
    }
    return expression;
}

}  // namespace phony::api
