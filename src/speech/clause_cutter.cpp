#include <phony/speech/clause_cutter.hpp>

#include <phony/base/text.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace phony::speech {
namespace {

/// In characters: the shortest clause that may end at a comma or the like, and at a full stop, and
/// the longest that has neither.
struct Lengths {
    std::size_t weak;
    std::size_t strong;
    std::size_t longest;
};
constexpr Lengths first_clause{.weak = 16, .strong = 2, .longest = 100};
constexpr Lengths later_clause{.weak = 60, .strong = 30, .longest = 240};

// Of all that may follow a mark (spaces, quotes) no more is looked at.
constexpr std::size_t most_behind = 16;

struct Mark {
    std::string_view text;
    bool strong;
    bool spaced;  ///< ends a clause only before a space
};
constexpr std::array marks{
    Mark{".", true, true},    Mark{"!", true, true},    Mark{"?", true, true},
    Mark{",", false, true},   Mark{";", false, true},   Mark{":", false, true},
    Mark{"…", true, true},    Mark{"—", false, true},   Mark{"–", false, true},
    Mark{"؟", true, true},    Mark{"۔", true, true},    Mark{"،", false, true},
    Mark{"؛", false, true},   Mark{"।", true, false},   Mark{"॥", true, false},
    Mark{"。", true, false},  Mark{"！", true, false},  Mark{"？", true, false},
    Mark{"、", false, false}, Mark{"，", false, false}, Mark{"；", false, false},
    Mark{"：", false, false},
};

constexpr auto closers =
    std::to_array<std::string_view>({"\"", "'", ")", "]", "”", "’", "»", "」", "』", "）"});

// Before a full stop, in lower case. Single letters ("J. Smith", "U.S.", "p.m.") are known anyway.
constexpr auto abbreviations = std::to_array<std::string_view>(
    {"mr",  "mrs", "ms",  "dr",  "prof", "sr",   "jr",  "st",  "ave", "blvd", "rd",     "nr",
     "vs",  "etc", "inc", "ltd", "dept", "ext",  "tel", "est", "fig", "vol",  "approx", "jan",
     "feb", "apr", "jul", "aug", "sep",  "sept", "oct", "nov", "dec", "bzw"});

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<signed char>(c) < 0;
}
char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// Bytes of the character that begins with `c`.
std::size_t length_of(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}
bool is_speakable(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace

std::vector<std::string> ClauseCutter::feed(std::string_view text)
{
    text_ += text;
    std::vector<std::string> clauses;
    while (scanned_ < text_.size()) {
        const char c = text_[scanned_];
        const std::size_t length = length_of(c);
        if (scanned_ + length > text_.size()) break;  // the rest of the character is to come

        std::size_t end = scanned_ + length;
        const Boundary boundary = boundary_at(scanned_, end);
        if (boundary == Boundary::unknown) break;
        ++characters_;
        if (boundary != Boundary::none && is_long_enough(boundary, characters_)) {
            cut(end, clauses);
            continue;
        }
        const bool in_number = scanned_ > 0 && is_digit(text_[scanned_ - 1]);
        if (is_space(c) && !in_number) last_space_ = scanned_;
        scanned_ += length;
        if (characters_ >= (first_ ? first_clause : later_clause).longest)
            cut(last_space_ == 0 ? scanned_ : last_space_, clauses);
    }
    return clauses;
}

std::vector<std::string> ClauseCutter::finish()
{
    std::vector<std::string> clauses;
    // Nothing will follow, which makes the last mark certain.
    if (scanned_ < text_.size()) clauses = feed(" ");
    cut(text_.size(), clauses);
    reset();
    return clauses;
}

void ClauseCutter::reset()
{
    text_.clear();
    scanned_ = characters_ = last_space_ = 0;
    first_ = true;
}

/// Whether a clause may end with the character at `at`; `end` is then moved behind what belongs to
/// it (further marks, quotes, brackets).
ClauseCutter::Boundary ClauseCutter::boundary_at(std::size_t at, std::size_t& end) const
{
    const std::string_view text = text_;
    if (text[at] == '\n') return Boundary::strong;
    const auto mark = std::ranges::find_if(
        marks, [&](const Mark& each) { return text.substr(at).starts_with(each.text); });
    if (mark == marks.end()) return Boundary::none;

    std::size_t behind = at + mark->text.size();
    for (bool closes = mark->spaced; closes && behind < text.size();) {
        const auto closer = std::ranges::find_if(
            closers, [&](std::string_view each) { return text.substr(behind).starts_with(each); });
        closes = closer != closers.end() && behind - at < most_behind;
        if (closes) behind += closer->size();
    }
    if (mark->spaced) {
        const std::size_t needed = behind < text.size() ? length_of(text[behind]) : 1;
        if (behind + needed > text.size()) return Boundary::unknown;
        if (!is_space(text[behind])) return Boundary::none;  // 3.50, 10:30, www.example.com, "..."
        const Boundary stop = stop_at(at, behind);
        if (stop != Boundary::strong) return stop;
    }
    end = behind;
    return mark->strong ? Boundary::strong : Boundary::weak;
}

/// A mark before a space: whether what stands around it is one number, or an abbreviation.
ClauseCutter::Boundary ClauseCutter::stop_at(std::size_t at, std::size_t behind) const
{
    if (at == 0) return Boundary::none;
    if (text_[at] == '.' && is_abbreviation(at)) return Boundary::none;
    if (!is_digit(text_[at - 1])) return Boundary::strong;

    // "555, 123", "3. Mai", "No. 5. of": what comes next decides.
    std::size_t next = behind;
    while (next < text_.size() && is_space(text_[next]) && next - behind < most_behind) ++next;
    if (next == text_.size()) return Boundary::unknown;
    const char c = text_[next];
    const bool goes_on = is_digit(c) || c == '(' || c == '+' ||
                         (text_[at] == '.' && c >= 'a' && c <= 'z');
    return goes_on ? Boundary::none : Boundary::strong;
}

bool ClauseCutter::is_abbreviation(std::size_t stop) const
{
    std::size_t begin = stop;
    while (begin > 0 && is_letter(text_[begin - 1])) --begin;
    const std::string_view word = std::string_view{text_}.substr(begin, stop - begin);
    // An initial, or the end of "e.g." and "U.S."; but a sentence may end with "I." or "plan B."
    if (word.size() == 1) return begin == 0 || text_[begin - 1] == '.' || lower(word[0]) != word[0];
    std::string lowered;
    std::ranges::transform(word, std::back_inserter(lowered), lower);
    return std::ranges::find(abbreviations, lowered) != abbreviations.end();
}

bool ClauseCutter::is_long_enough(Boundary boundary, std::size_t characters) const
{
    const Lengths& lengths = first_ ? first_clause : later_clause;
    return characters >= (boundary == Boundary::strong ? lengths.strong : lengths.weak);
}

void ClauseCutter::cut(std::size_t end, std::vector<std::string>& clauses)
{
    const std::string_view clause = trimmed(std::string_view{text_}.substr(0, end));
    if (is_speakable(clause)) {
        clauses.emplace_back(clause);
        first_ = false;
    }
    text_.erase(0, end);
    scanned_ = characters_ = last_space_ = 0;
}

}  // namespace phony::speech
