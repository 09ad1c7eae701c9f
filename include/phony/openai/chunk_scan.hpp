#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace phony::openai {

/// Finds the content of an ordinary chunk without building a tree: one object with one choice of
/// index 0, neither an error nor a finish reason nor usage, and no key twice. The result is the
/// JSON string as it stands between its quotes, escapes included; empty when the content is null,
/// absent or "".
///
///     scan_content(R"({"choices":[{"index":0,"delta":{"content":"Caf\u00e9"}}]})")  // Caf\u00e9
///
/// Anything unusual, and anything that is not JSON, gives nothing: ask the tree then. What it does
/// give is exactly what the tree would, because it walks the whole document rather than look for a
/// key, so that a `"content":"` inside a string cannot mislead it. The view points into `data`.
std::optional<std::string_view> scan_content(std::string_view data);

/// The same for the chunks of one reply, which differ in nothing but their content: what stands
/// around that is compared with the last chunk's, and walked through only when it is another.
class ContentPattern {
public:
    std::optional<std::string_view> scan(std::string_view data);

private:
    std::optional<std::string_view> match(std::string_view data) const;

    std::string before_;  ///< up to the content's first byte
    std::string behind_;  ///< from its closing quote on
};

/// Appends what a JSON string stands for. `raw` is what lies between the quotes of a valid one.
/// Half a surrogate pair is written as three bytes, as in WTF-8; see SurrogateJoiner.
void append_unescaped(std::string& out, std::string_view raw);

}  // namespace phony::openai
