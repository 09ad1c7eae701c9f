#include <phony/speech/clause_cutter.hpp>

#include <phony/base/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace phony;

namespace {

std::vector<std::string> cut(std::string_view text, std::size_t read)
{
    speech::ClauseCutter cutter;
    std::vector<std::string> clauses;
    const auto take = [&](std::vector<std::string> more) {
        clauses.insert(clauses.end(), more.begin(), more.end());
    };
    for (std::size_t at = 0; at < text.size(); at += read) take(cutter.feed(text.substr(at, read)));
    take(cutter.finish());
    return clauses;
}

std::string without_spaces(std::string_view text)
{
    std::string kept;
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\v' && c != '\f') kept += c;
    }
    return kept;
}

bool is_spoken(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<signed char>(c) < 0;
}

}  // namespace

/// However the text comes, it is cut at the same places; no clause is longer than it may be or cuts
/// a character in two, and not a letter is lost.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto whole = cut(input, input.size() + 1);
    if (whole != cut(input, 1) || whole != cut(input, 7)) std::abort();

    std::string said;
    for (const std::string& clause : whole) {
        if (clause.empty() || clause.size() > 4 * 240 + 64) std::abort();
        if (is_valid_utf8(input) && !is_valid_utf8(clause)) std::abort();
        for (const char c : clause) {
            if (is_spoken(c)) said += c;
        }
    }
    std::string written;
    for (const char c : without_spaces(input)) {
        if (is_spoken(c)) written += c;
    }
    if (said != written) std::abort();
    return 0;
}
