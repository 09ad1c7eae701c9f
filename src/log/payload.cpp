#include "log/payload.hpp"

#include <phony/base/json_text.hpp>
#include <phony/base/utf8.hpp>

#include <algorithm>
#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <variant>

namespace phony::log {
namespace {

constexpr std::size_t longest_text = 1024;
// Leaves room for the time, the braces and the note that something was left out.
constexpr std::size_t longest_payload = longest_line - 96;
constexpr std::size_t usual_payload = 768;

std::string_view cut(std::string_view text)
{
    if (text.size() <= longest_text) return text;
    text = text.substr(0, longest_text);
    text.remove_suffix(incomplete_utf8_tail(text));
    return text;
}

bool is_plain(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
    });
}

struct ValueWriter {
    std::string& out;
    Format format;

    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(std::int64_t value) const
    {
        fmt::format_to(std::back_inserter(out), "{}", value);
    }
    void operator()(std::uint64_t value) const
    {
        fmt::format_to(std::back_inserter(out), "{}", value);
    }
    void operator()(double value) const { append_json_number(out, value); }
    void operator()(std::string_view text) const
    {
        if (format == Format::human && is_plain(text)) {
            out += cut(text);
        } else {
            append_json_string(out, cut(text));
        }
    }
};

std::string_view name_of(Level level)
{
    switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
    }
    return "error";
}

void append_field(std::string& out, Format format, const Field& field)
{
    if (format == Format::json) {
        out += ",\"";  // keys are ours, and need no escaping
        out += field.key();
        out += "\":";
    } else {
        out += ' ';
        out += field.key();
        out += '=';
    }
    std::visit(ValueWriter{out, format}, field.value());
}

}  // namespace

std::string payload(Format format,
                    Level level,
                    std::string_view message,
                    std::span<const Field> fields)
{
    std::string out;
    out.reserve(usual_payload);
    if (format == Format::json) {
        out.append(R"("level":")").append(name_of(level)).append(R"(","msg":)");
        append_json_string(out, cut(message));
    } else {
        out = fmt::format("{:<5} {}", name_of(level), cut(message));
    }
    for (const Field& field : fields) {
        const std::size_t before = out.size();
        append_field(out, format, field);
        if (out.size() <= longest_payload) continue;
        out.resize(before);
        append_field(out, format, {"truncated", true});
        break;
    }
    return out;
}

}  // namespace phony::log
