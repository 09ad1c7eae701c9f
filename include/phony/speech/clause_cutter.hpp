#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace phony::speech {

/// Cuts a reply, while it is being generated, into clauses that can be synthesised one by one: the
/// first as early as it sounds right, because the caller waits for it; later ones longer, because a
/// voice that sees more of a sentence speaks it better.
///
///     cutter.feed("Sure! That is 3.50 a month, ");   // {"Sure!"}
///     cutter.feed("Mr. Smith. ");                    // {}
///     cutter.finish();                               // {"That is 3.50 a month, Mr. Smith."}
///
/// A clause ends at a full stop, a comma or the like with a space behind it, or at one of a script
/// that writes none (。、।). Not cut in two: abbreviations and initials, numbers (1,000 and 3.50),
/// telephone numbers however they are grouped, addresses of the web. What has no such end is cut at
/// a space when it becomes too long. Where it is cut does not depend on how the text was split.
class ClauseCutter {
public:
    /// Clauses that have become certain, without the spaces around them.
    std::vector<std::string> feed(std::string_view text);

    /// The rest; the next text begins a reply. Empty when there is nothing to be spoken.
    std::vector<std::string> finish();

    /// Forgets what was not cut yet; the next text begins a reply.
    void reset();

private:
    enum class Boundary { none, weak, strong, unknown };

    Boundary boundary_at(std::size_t at, std::size_t& end) const;
    Boundary stop_at(std::size_t at, std::size_t behind) const;
    bool is_abbreviation(std::size_t stop) const;
    bool is_long_enough(Boundary boundary, std::size_t characters) const;
    void cut(std::size_t end, std::vector<std::string>& clauses);

    std::string text_;  ///< not cut yet; bounded
    std::size_t scanned_ = 0;
    std::size_t characters_ = 0;  ///< scanned ones
    std::size_t last_space_ = 0;  ///< where a clause without an end may be cut; 0: nowhere
    bool first_ = true;
};

}  // namespace phony::speech
