#include <phony/openai/chunk_scan.hpp>

#include <phony/base/eight_bytes.hpp>
#include <phony/openai/surrogates.hpp>

#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

namespace phony::openai {
namespace {

bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/// The first byte from `at` on that cannot stand in a string as it is: a quote, a backslash or a
/// control character.
const char* end_of_plain(const char* at, const char* end)
{
    while (end - at >= 8) {
        const auto eight = EightBytes::at(at);
        const std::size_t plain =
            EightBytes::before_first(eight.equal('"') | eight.equal('\\') | eight.below(0x20));
        at += plain;
        if (plain < 8) return at;
    }
    while (at != end && static_cast<unsigned char>(*at) >= 0x20 && *at != '"' && *at != '\\') ++at;
    return at;
}

/// Walks a JSON document. Each step says whether the text goes on as JSON in the forms that occur
/// in ordinary chunks; after a `false` nothing but giving up makes sense.
class Walker {
public:
    explicit Walker(std::string_view text) : at_{text.data()}, end_{at_ + text.size()} {}

    bool at_end()
    {
        skip_space();
        return at_ == end_;
    }

    bool take(char byte)
    {
        skip_space();
        if (at_ == end_ || *at_ != byte) return false;
        ++at_;
        return true;
    }

    bool take_word(std::string_view word)
    {
        skip_space();
        if (!std::string_view{at_, end_}.starts_with(word)) return false;
        at_ += word.size();
        return true;
    }

    /// A string, as it stands between its quotes.
    bool take_string(std::string_view& raw)
    {
        if (!take('"')) return false;
        const char* begin = at_;
        escaped_ = false;
        for (;;) {
            at_ = end_of_plain(at_, end_);
            if (at_ == end_) return false;
            if (*at_ == '"') {
                raw = {begin, at_++};
                return true;
            }
            escaped_ = true;
            if (*at_ != '\\' || !skip_escape()) return false;
        }
    }

    /// A string that needs no unescaping.
    bool take_plain_string(std::string_view& text) { return take_string(text) && !escaped_; }

    /// A count of a plain form and a plain size.
    bool take_count(std::uint64_t& count)
    {
        skip_space();
        const char* digits = at_;
        if (at_ == end_ || !is_digit(*at_) || !skip_number()) return false;
        const auto [stop, ec] = std::from_chars(digits, at_, count);
        return ec == std::errc{} && stop == at_;
    }

    /// An object. `on_member` is given each key, as it stands between its quotes, and takes the
    /// value.
    template <typename OnMember>
    bool take_members(OnMember on_member)
    {
        if (!take('{')) return false;
        if (take('}')) return true;
        do {
            std::string_view key;
            if (!take_plain_string(key)) return false;  // an escaped key may be any of ours
            if (!take(':') || !on_member(key)) return false;
        } while (take(','));
        return take('}');
    }

    bool skip_value(int depth = 0)
    {
        constexpr int deepest = 16;
        skip_space();
        if (at_ == end_ || depth == deepest) return false;
        std::string_view raw;
        switch (*at_) {
        case '"': return take_string(raw);
        case '{': return take_members([&](auto) { return skip_value(depth + 1); });
        case '[':
            ++at_;
            if (take(']')) return true;
            do {
                if (!skip_value(depth + 1)) return false;
            } while (take(','));
            return take(']');
        case 't': return take_word("true");
        case 'f': return take_word("false");
        case 'n': return take_word("null");
        default: return skip_number();
        }
    }

private:
    void skip_space()
    {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    bool skip_escape()
    {
        if (end_ - at_ < 2) return false;
        const char kind = at_[1];
        if (kind == 'u') {
            if (end_ - at_ < 6 || !parse_utf16_unit({at_ + 2, 4})) return false;
            at_ += 6;
            return true;
        }
        at_ += 2;
        return std::string_view{"\"\\/bfnrt"}.find(kind) != std::string_view::npos;
    }

    /// Numbers of a plain form and a plain size; an exponent is unusual.
    bool skip_number()
    {
        constexpr std::ptrdiff_t longest = 18;
        const char* begin = at_;
        if (*at_ == '-') ++at_;
        const char* digits = at_;
        skip_digits();
        if (at_ == digits || (*digits == '0' && at_ - digits > 1)) return false;
        if (at_ != end_ && *at_ == '.') {
            const char* fraction = ++at_;
            skip_digits();
            if (at_ == fraction) return false;
        }
        return at_ - begin <= longest;
    }

    void skip_digits()
    {
        while (at_ != end_ && is_digit(*at_)) ++at_;
    }

    const char* at_;
    const char* end_;
    bool escaped_ = false;  ///< the last string holds an escape
};

/// The parts of a chunk, each of which may occur once: of a key that occurs twice the last would
/// count.
class ChunkScan {
public:
    explicit ChunkScan(std::string_view data) : walker_{data} {}

    std::optional<ScannedChunk> run()
    {
        const bool walked = walker_.take_members([&](auto key) { return chunk_member(key); });
        if (!walked || !walker_.at_end() || !seen_.choices) return std::nullopt;
        return chunk_;
    }

private:
    static bool first(bool& seen) { return !std::exchange(seen, true); }

    bool chunk_member(std::string_view key)
    {
        if (key == "choices") return first(seen_.choices) && walker_.take('[') && choices();
        if (key == "usage") return first(seen_.usage) && (walker_.take_word("null") || usage());
        if (key == "error") return walker_.take_word("null");
        if (key == "object") {  // "error" in older vLLM
            std::string_view kind;
            return walker_.take_string(kind) && kind == "chat.completion.chunk";
        }
        return walker_.skip_value();
    }

    /// At most one, which is the first.
    bool choices()
    {
        if (walker_.take(']')) return true;
        return walker_.take_members([&](auto key) { return choice_member(key); }) &&
               walker_.take(']');
    }

    bool choice_member(std::string_view key)
    {
        if (key == "delta") {
            return first(seen_.delta) &&
                   walker_.take_members([&](auto inner) { return delta_member(inner); });
        }
        if (key == "finish_reason") {
            return first(seen_.finish_reason) &&
                   (walker_.take_word("null") || walker_.take_plain_string(chunk_.finish_reason));
        }
        if (key == "index") return walker_.take('0');  // what follows must be a comma or the end
        return walker_.skip_value();
    }

    bool delta_member(std::string_view key)
    {
        if (key == "content") {
            return first(seen_.content) &&
                   (walker_.take_word("null") || walker_.take_string(chunk_.content));
        }
        if (key == "refusal") return walker_.take_word("null");
        return walker_.skip_value();
    }

    bool usage()
    {
        Usage& usage = chunk_.usage.emplace();
        return walker_.take_members([&](auto key) {
            if (key == "prompt_tokens")
                return first(seen_.prompt_tokens) && walker_.take_count(usage.prompt_tokens);
            if (key == "completion_tokens")
                return first(seen_.completion_tokens) &&
                       walker_.take_count(usage.completion_tokens);
            if (key == "prompt_tokens_details")
                return first(seen_.details) && (walker_.take_word("null") || details(usage));
            return walker_.skip_value();
        });
    }

    bool details(Usage& usage)
    {
        return walker_.take_members([&](auto key) {
            if (key == "cached_tokens")
                return first(seen_.cached_tokens) && walker_.take_count(usage.cached_tokens);
            return walker_.skip_value();
        });
    }

    struct Seen {
        bool choices = false;
        bool delta = false;
        bool content = false;
        bool finish_reason = false;
        bool usage = false;
        bool prompt_tokens = false;
        bool completion_tokens = false;
        bool details = false;
        bool cached_tokens = false;
    };

    Walker walker_;
    ScannedChunk chunk_;
    Seen seen_;
};

char unescaped(char kind)
{
    switch (kind) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return kind;  // a quote, a slash or a backslash
    }
}

}  // namespace

std::optional<ScannedChunk> scan_chunk(std::string_view data)
{
    return ChunkScan{data}.run();
}

std::optional<ScannedChunk> ContentPattern::scan(std::string_view data)
{
    if (const auto content = match(data)) return ScannedChunk{.content = *content};
    const auto chunk = scan_chunk(data);
    if (chunk && chunk->content.data() != nullptr && chunk->finish_reason.empty() &&
        !chunk->usage) {
        const auto begin = static_cast<std::size_t>(chunk->content.data() - data.data());
        before_ = data.substr(0, begin);
        behind_ = data.substr(begin + chunk->content.size());
    }
    return chunk;
}

/// What was walked through before is JSON again, whatever string stands in the same place.
std::optional<std::string_view> ContentPattern::match(std::string_view data) const
{
    if (before_.empty() || data.size() < before_.size() + behind_.size() ||
        !data.starts_with(before_) || !data.ends_with(behind_))
        return std::nullopt;
    data.remove_prefix(before_.size());
    data.remove_suffix(behind_.size());
    if (end_of_plain(data.data(), data.data() + data.size()) != data.data() + data.size())
        return std::nullopt;
    return data;
}

void append_unescaped(std::string& out, std::string_view raw)
{
    for (;;) {
        const std::size_t backslash = raw.find('\\');
        out.append(raw.substr(0, backslash));
        if (backslash == std::string_view::npos) return;

        const char kind = raw[backslash + 1];
        if (kind == 'u') {
            append_utf16_unit(out, parse_utf16_unit(raw.substr(backslash + 2, 4)).value_or(0));
            raw.remove_prefix(backslash + 6);
        } else {
            out += unescaped(kind);
            raw.remove_prefix(backslash + 2);
        }
    }
}

}  // namespace phony::openai
