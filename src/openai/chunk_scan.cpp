#include <phony/openai/chunk_scan.hpp>

#include <phony/base/eight_bytes.hpp>
#include <phony/openai/surrogates.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace phony::openai {
namespace {

bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/// How many bytes from here on are plain string text, up to the first quote, backslash or control
/// character, of eight.
std::size_t plain_bytes(const char* text)
{
    const auto eight = EightBytes::at(text);
    return EightBytes::before_first(eight.equal('"') | eight.equal('\\') | eight.below(0x20));
}

/// Whether this may stand in a string as it is.
bool is_plain(std::string_view text)
{
    for (; text.size() >= 8; text.remove_prefix(8)) {
        if (plain_bytes(&text.front()) < 8) return false;
    }
    return std::ranges::all_of(text, [](char byte) {
        return static_cast<unsigned char>(byte) >= 0x20 && byte != '"' && byte != '\\';
    });
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
            while (end_ - at_ >= 8) {
                const std::size_t plain = plain_bytes(at_);
                at_ += plain;
                if (plain < 8) break;
            }
            while (at_ != end_ && static_cast<unsigned char>(*at_) >= 0x20 && *at_ != '"' &&
                   *at_ != '\\') {
                ++at_;
            }
            if (at_ == end_) return false;
            if (*at_ == '"') {
                raw = {begin, at_++};
                return true;
            }
            escaped_ = true;
            if (*at_ != '\\' || !skip_escape()) return false;
        }
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
            if (!take_string(key) || escaped_) return false;  // an escaped key may be any of ours
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
class ContentScan {
public:
    explicit ContentScan(std::string_view data) : walker_{data} {}

    std::optional<std::string_view> run()
    {
        const bool walked = walker_.take_members([&](auto key) { return chunk_member(key); });
        if (!walked || !walker_.at_end() || !choices_seen_) return std::nullopt;
        return content_;
    }

private:
    bool chunk_member(std::string_view key)
    {
        if (key == "choices") {
            return !std::exchange(choices_seen_, true) && walker_.take('[') &&
                   walker_.take_members([&](auto inner) { return choice_member(inner); }) &&
                   walker_.take(']');
        }
        if (key == "error" || key == "usage") return walker_.take_word("null");
        if (key == "object") {  // "error" in older vLLM
            std::string_view kind;
            return walker_.take_string(kind) && kind == "chat.completion.chunk";
        }
        return walker_.skip_value();
    }

    bool choice_member(std::string_view key)
    {
        if (key == "delta") {
            return !std::exchange(delta_seen_, true) &&
                   walker_.take_members([&](auto inner) { return delta_member(inner); });
        }
        if (key == "finish_reason") return walker_.take_word("null");
        if (key == "index") return walker_.take('0');  // what follows must be a comma or the end
        return walker_.skip_value();
    }

    bool delta_member(std::string_view key)
    {
        if (key == "content") {
            if (std::exchange(content_seen_, true)) return false;
            return walker_.take_word("null") || walker_.take_string(content_);
        }
        if (key == "refusal") return walker_.take_word("null");
        return walker_.skip_value();
    }

    Walker walker_;
    std::string_view content_;
    bool choices_seen_ = false;
    bool delta_seen_ = false;
    bool content_seen_ = false;
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

std::optional<std::string_view> scan_content(std::string_view data)
{
    return ContentScan{data}.run();
}

std::optional<std::string_view> ContentPattern::scan(std::string_view data)
{
    if (auto content = match(data)) return content;
    const auto content = scan_content(data);
    if (content && content->data() != nullptr) {
        const auto begin = static_cast<std::size_t>(content->data() - data.data());
        before_ = data.substr(0, begin);
        behind_ = data.substr(begin + content->size());
    }
    return content;
}

/// What was walked through before is JSON again, whatever string stands in the same place.
std::optional<std::string_view> ContentPattern::match(std::string_view data) const
{
    if (before_.empty() || data.size() < before_.size() + behind_.size() ||
        !data.starts_with(before_) || !data.ends_with(behind_))
        return std::nullopt;
    data.remove_prefix(before_.size());
    data.remove_suffix(behind_.size());
    if (!is_plain(data)) return std::nullopt;
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
