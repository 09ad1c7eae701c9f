#include <phony/base/trace_context.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace phony {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";  // upper case is not valid
constexpr std::uint8_t sampled_flag = 1;
constexpr std::size_t most_members = 32;
// Members longer than this leave first when a tracestate is too long.
constexpr std::size_t long_member = 128;
constexpr std::size_t longest_simple_key = 256;
constexpr std::size_t longest_tenant = 241;
constexpr std::size_t longest_system = 14;
constexpr std::size_t longest_value = 256;

/// Takes as many bytes as `bytes` holds from the front of `text`.
bool take_hex(std::string_view& text, std::span<std::uint8_t> bytes)
{
    if (text.size() < 2 * bytes.size()) return false;
    for (std::uint8_t& byte : bytes) {
        const auto high = hex_digits.find(text[0]);
        const auto low = hex_digits.find(text[1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return false;
        byte = static_cast<std::uint8_t>(high * 16 + low);
        text.remove_prefix(2);
    }
    return true;
}

bool take_dash(std::string_view& text)
{
    if (!text.starts_with('-')) return false;
    text.remove_prefix(1);
    return true;
}

bool is_zero(std::span<const std::uint8_t> id)
{
    return std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; });
}

void append_hex(std::string& out, std::span<const std::uint8_t> bytes)
{
    for (const std::uint8_t byte : bytes) {
        out += hex_digits[byte / 16];
        out += hex_digits[byte % 16];
    }
}

// ── tracestate: key=value, … ──

constexpr bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_key_part(std::string_view part, std::size_t longest)
{
    return !part.empty() && part.size() <= longest && std::ranges::all_of(part, [](char c) {
        return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '*' || c == '/';
    });
}

/// "system", or "tenant@system".
bool is_key(std::string_view key)
{
    const auto at = key.find('@');
    if (at == std::string_view::npos)
        return is_key_part(key, longest_simple_key) && is_lower(key.front());
    const auto tenant = key.substr(0, at);
    const auto system = key.substr(at + 1);
    return is_key_part(tenant, longest_tenant) && (is_lower(tenant[0]) || is_digit(tenant[0])) &&
           is_key_part(system, longest_system) && is_lower(system.front());
}

bool is_value(std::string_view value)
{
    return !value.empty() && value.size() <= longest_value && !value.ends_with(' ') &&
           std::ranges::all_of(value,
                               [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

std::string_view trim(std::string_view text)
{
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view key_of(std::string_view member)
{
    return member.substr(0, member.find('='));
}

/// The members of a valid list; none when it is not valid.
std::vector<std::string_view> members_of(std::string_view list)
{
    std::vector<std::string_view> members;
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(',', begin), list.size());
        const auto member = trim(list.substr(begin, end - begin));
        begin = end + 1;
        if (member.empty()) continue;  // explicitly allowed
        const auto key = key_of(member);
        if (key.size() == member.size() || !is_key(key) || !is_value(member.substr(key.size() + 1)))
            return {};
        if (members.size() == most_members ||
            std::ranges::find(members, key, key_of) != members.end())
            return {};
        members.push_back(member);
    }
    return members;
}

std::size_t joined_size(const std::vector<std::string_view>& members)
{
    std::size_t size = members.empty() ? 0 : members.size() - 1;
    for (const auto member : members) size += member.size();
    return size;
}

/// Whole members only, the newest of which stand first.
std::string checked_state(std::string_view tracestate)
{
    auto members = members_of(tracestate);
    if (joined_size(members) > longest_trace_state)
        std::erase_if(members, [](std::string_view member) { return member.size() > long_member; });
    while (joined_size(members) > longest_trace_state) members.pop_back();

    std::string state;
    for (const auto member : members) {
        if (!state.empty()) state += ',';
        state += member;
    }
    return state;
}

}  // namespace

std::optional<TraceContext> parse_trace_context(std::string_view traceparent,
                                                std::string_view tracestate)
{
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    TraceContext context;
    auto rest = traceparent;
    const bool read = take_hex(rest, version) && take_dash(rest) &&
                      take_hex(rest, context.trace_id) && take_dash(rest) &&
                      take_hex(rest, context.span_id) && take_dash(rest) && take_hex(rest, flags);
    if (!read || version[0] == 0xFF) return std::nullopt;
    // Later versions begin as this one does, and may go on behind a dash.
    if (!rest.empty() && (version[0] == 0 || !rest.starts_with('-'))) return std::nullopt;
    if (is_zero(context.trace_id) || is_zero(context.span_id)) return std::nullopt;
    context.sampled = (flags[0] & sampled_flag) != 0;
    context.state = checked_state(tracestate);
    return context;
}

std::string traceparent_of(const TraceContext& context)
{
    // Version 00 whatever came in, and no flag but the one that we know: so the standard has it.
    std::string value = "00-";
    append_hex(value, context.trace_id);
    value += '-';
    append_hex(value, context.span_id);
    return value += context.sampled ? "-01" : "-00";
}

std::string trace_headers(const TraceContext& context)
{
    std::string lines = "traceparent: " + traceparent_of(context) + "\r\n";
    if (!context.state.empty()) lines.append("tracestate: ").append(context.state).append("\r\n");
    return lines;
}

std::string to_hex(const TraceContext::TraceId& id)
{
    std::string text;
    append_hex(text, id);
    return text;
}

}  // namespace phony
