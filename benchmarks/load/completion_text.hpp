#pragma once

#include "load/stamp.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace phony::bench {

/// The bytes of a streamed completion as they go over the wire: HTTP head, an event in each chunk
/// of the chunked coding, spelt as OpenAI does. Made once; only the stamp of a token changes.
class CompletionText {
public:
    /// What the client's request asks for; OpenAI pads events unless it is told not to.
    CompletionText(bool usage, bool obfuscation, unsigned tokens);

    /// What goes in front of the first token.
    std::string_view begin() const { return begin_; }
    /// Valid until the next call.
    std::string_view token(TimePoint due);
    /// What follows the last token.
    std::string_view end() const { return end_; }

private:
    std::string begin_;
    std::string token_;
    std::size_t stamp_at_ = 0;
    std::string end_;
};

/// The answer to a request that is refused.
std::string refusal_text(unsigned status, std::string_view message);

}  // namespace phony::bench
