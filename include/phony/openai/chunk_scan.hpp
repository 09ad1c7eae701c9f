#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phony::openai {

/// Tokens, as billed.
struct Usage {
    std::uint64_t prompt_tokens = 0;
    std::uint64_t cached_tokens = 0;      ///< of the prompt, read from the prompt cache
    std::uint64_t completion_tokens = 0;  ///< reasoning included
    friend bool operator==(const Usage&, const Usage&) = default;
};

/// What an ordinary chunk says. The strings stand as they do between their quotes in the chunk,
/// into which they point; empty when they are null, absent or "".
struct ScannedChunk {
    std::string_view content;        ///< escapes included
    std::string_view finish_reason;  ///< without any
    std::optional<Usage> usage;
};

/// Reads an ordinary chunk without building a tree: one object with one choice of index 0 or none,
/// no error, and no key twice.
///
///     scan_chunk(R"({"choices":[{"index":0,"delta":{"content":"Caf\u00e9"}}]})")  // Caf\u00e9
///
/// Anything unusual, and anything that is not JSON, gives nothing: ask the tree then. What it does
/// give is exactly what the tree would, because it walks the whole document rather than look for a
/// key, so that a `"content":"` inside a string cannot mislead it.
std::optional<ScannedChunk> scan_chunk(std::string_view data);

/// The same for the chunks of one reply, which as a rule differ in nothing but their content: what
/// stands around that is compared with an earlier chunk's, and walked through only when it is
/// another.
class ContentPattern {
public:
    std::optional<ScannedChunk> scan(std::string_view data);

private:
    std::optional<std::string_view> match(std::string_view data) const;

    std::string before_;  ///< up to the content's first byte
    std::string behind_;  ///< from its closing quote on
};

/// Appends what a JSON string stands for. `raw` is what lies between the quotes of a valid one.
/// Half a surrogate pair is written as three bytes, as in WTF-8; see SurrogateJoiner.
void append_unescaped(std::string& out, std::string_view raw);

}  // namespace phony::openai
