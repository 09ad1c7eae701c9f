#include "log/log.hpp"

#include <algorithm>
#include <cstddef>

namespace phony::log {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view separators = " -.()";  // between the digits of a number
constexpr std::size_t shown = 4;
constexpr std::size_t fewest_digits = 7;  // of fewer, four would give too much away

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Of what is a name rather than a number: "VX5e0c0a8be1", "req_20240101".
bool continues_a_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string digits_of(std::string_view text)
{
    std::string found;
    for (const char c : text) {
        if (is_digit(c)) found += c;
    }
    return found;
}

std::string last_digits(std::string_view all)
{
    if (all.size() < fewest_digits) return "***";
    return std::string{"***"}.append(all.substr(all.size() - shown));
}

/// "192.168.100.200": four groups of three digits at most, with points between them.
bool is_address(std::string_view text)
{
    std::size_t groups = 1;
    std::size_t length = 0;
    for (const char c : text) {
        if (is_digit(c)) {
            if (++length > 3) return false;
        } else if (c == '.' && length > 0) {
            ++groups;
            length = 0;
        } else {
            return false;
        }
    }
    return groups == 4;
}

}  // namespace

std::string redact_number(std::string_view number)
{
    if (number.empty()) return {};
    const bool is_number = std::ranges::all_of(number, [](char c) {
        return c == '+' || is_digit(c) || separators.find(c) != std::string_view::npos;
    });
    return is_number ? last_digits(digits_of(number)) : "***";
}

std::string redact_numbers_in(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = std::min(text.find_first_of(digits, at), text.size());
        auto end = begin;  // of the digits, and of what may stand between them
        for (auto next = begin; next < text.size(); ++next) {
            if (is_digit(text[next])) {
                end = next + 1;
            } else if (separators.find(text[next]) == std::string_view::npos) {
                break;
            }
        }
        const auto run = text.substr(begin, end - begin);
        const auto all = digits_of(run);
        const bool in_word = (begin > 0 && continues_a_word(text[begin - 1])) ||
                             (end < text.size() && continues_a_word(text[end]));
        const bool is_number = all.size() >= fewest_digits && !in_word && !is_address(run);
        out.append(text.substr(at, begin - at));
        if (is_number && out.ends_with('+')) out.pop_back();
        out += is_number ? last_digits(all) : run;
        at = end;
    }
    return out;
}

}  // namespace phony::log
