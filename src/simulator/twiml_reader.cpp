#include "simulator/twiml_reader.hpp"

#include <phony/base/text.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace phony::simulator {

namespace {

constexpr std::string_view whitespace = " \t\r\n";

void append_utf8(std::string& out, std::uint32_t code)
{
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3fU));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xe0U | (code >> 12U));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
        out += static_cast<char>(0x80U | (code & 0x3fU));
    } else if (code < 0x110000) {
        out += static_cast<char>(0xf0U | (code >> 18U));
        out += static_cast<char>(0x80U | ((code >> 12U) & 0x3fU));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
        out += static_cast<char>(0x80U | (code & 0x3fU));
    }
}

/// "#38" or "#x26"; 0 when it is neither.
std::uint32_t character_reference(std::string_view name)
{
    if (name.size() < 2 || name.front() != '#' || name.size() > 9) return 0;
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const std::string digits{name.substr(hex ? 2 : 1)};
    if (digits.empty() || digits.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789") !=
                              std::string::npos)
        return 0;
    return static_cast<std::uint32_t>(std::stoul(digits, nullptr, hex ? 16 : 10));
}

std::string without_entities(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, char>, 5> names{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto end = text[i] == '&' ? text.find(';', i) : std::string_view::npos;
        if (end == std::string_view::npos) {
            plain += text[i];
            continue;
        }
        const std::string_view name = text.substr(i + 1, end - i - 1);
        bool known = false;
        for (const auto& [entity, character] : names) {
            if (name == entity) {
                plain += character;
                known = true;
            }
        }
        if (const auto code = character_reference(name); !known && code != 0) {
            append_utf8(plain, code);
            known = true;
        }
        if (known)
            i = end;
        else
            plain += '&';
    }
    return plain;
}

struct Tag {
    std::string_view name;  ///< empty for closing tags, comments and declarations
    Attributes attributes;
    std::string_view text;  ///< between it and the next tag
};

/// What stands between `<` and `>`.
Tag read_tag(std::string_view inside)
{
    Tag tag;
    const auto name_end = std::min(inside.find_first_of(" \t\r\n/"), inside.size());
    tag.name = inside.substr(0, name_end);
    std::size_t at = name_end;
    for (;;) {
        const auto equals = inside.find('=', at);
        if (equals == std::string_view::npos) return tag;
        const auto open = inside.find_first_of("\"'", equals);
        if (open == std::string_view::npos) return tag;
        const auto close = inside.find(inside[open], open + 1);
        if (close == std::string_view::npos) return tag;
        tag.attributes[std::string{trimmed(inside.substr(at, equals - at), whitespace)}] =
            without_entities(inside.substr(open + 1, close - open - 1));
        at = close + 1;
    }
}

/// The `>` that ends a tag, not one inside an attribute's quotes.
std::size_t end_of_tag(std::string_view document, std::size_t from)
{
    char quote = 0;
    for (std::size_t i = from; i < document.size(); ++i) {
        const char c = document[i];
        if (quote != 0)
            quote = c == quote ? char{0} : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return i;
    }
    return std::string_view::npos;
}

std::vector<Tag> read_tags(std::string_view document)
{
    std::vector<Tag> tags;
    for (std::size_t at = document.find('<'); at != std::string_view::npos;) {
        if (document.substr(at, 4) == "<!--") {
            const auto end = document.find("-->", at);
            at = end == std::string_view::npos ? end : document.find('<', end);
            continue;
        }
        const auto end = end_of_tag(document, at);
        if (end == std::string_view::npos) break;
        const auto next = document.find('<', end);
        const std::string_view inside = document.substr(at + 1, end - at - 1);
        if (!inside.empty() && inside.front() != '/' && inside.front() != '?' &&
            inside.front() != '!') {
            Tag tag = read_tag(inside);
            tag.text = trimmed(
                document.substr(end + 1, next == std::string_view::npos ? next : next - end - 1),
                whitespace);
            tags.push_back(std::move(tag));
        }
        at = next;
    }
    return tags;
}

}  // namespace

TwimlOrders read_twiml(std::string_view document)
{
    TwimlOrders orders;
    std::string action;
    for (Tag& tag : read_tags(document)) {
        if (tag.name == "Connect") {
            action = tag.attributes["action"];
        } else if (tag.name == "ConversationRelay") {
            orders.relay = {std::move(tag.attributes), {}, action};
        } else if (tag.name == "Parameter" && orders.relay) {
            orders.relay->parameters[tag.attributes["name"]] = tag.attributes["value"];
        } else if (tag.name == "Dial" || tag.name == "Number") {
            if (!tag.text.empty()) orders.dial = without_entities(tag.text);
        } else if (tag.name == "Hangup" || tag.name == "Reject") {
            orders.hang_up = true;
        } else if (tag.name == "Say") {
            orders.sentences.push_back(without_entities(tag.text));
        }
    }
    return orders;
}

}  // namespace phony::simulator
