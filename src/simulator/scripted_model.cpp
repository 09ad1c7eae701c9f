#include "simulator/scripted_model.hpp"

#include "simulator/random.hpp"
#include "simulator/scripted_replies.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace phony::simulator {

namespace {

using namespace std::chrono_literals;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Bytes of characters beyond ASCII count as letters.
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) & 0x80U);
}

/// Lower case, a single space around each word, no punctuation but the brackets of `[keys]`.
std::string plain_words(std::string_view text)
{
    std::string plain = " ";
    for (const char c : text) {
        if (is_letter(c) || is_digit(c) || c == '[' || c == ']')
            plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        else if (c != '\'' && plain.back() != ' ')
            plain += ' ';
    }
    if (plain.back() != ' ') plain += ' ';
    return plain;
}

bool holds(const std::string& plain, std::string_view phrase)
{
    // Keys come as digits in one word ("[keys] 12#"), everything else as whole words.
    const bool a_digit = phrase.size() == 1 && is_digit(phrase[0]);
    return plain.find(a_digit ? std::string{phrase} : " " + std::string{phrase} + " ") !=
           std::string::npos;
}

void replace(std::string& text, std::string_view placeholder, std::string_view value)
{
    const auto found = text.find(placeholder);
    if (found != std::string::npos) text.replace(found, placeholder.size(), value);
}

/// The first number in E.164 form that a system message names.
std::string transfer_number(std::span<const ChatMessage> dialogue)
{
    for (const ChatMessage& message : dialogue) {
        if (message.role != "system" && message.role != "developer") continue;
        const std::string& text = message.content;
        for (auto plus = text.find('+'); plus != std::string::npos;
             plus = text.find('+', plus + 1)) {
            std::size_t end = plus + 1;
            while (end < text.size() && is_digit(text[end])) ++end;
            const std::size_t digits = end - plus - 1;
            if (digits >= 8 && digits <= 15 && text[plus + 1] != '0')
                return text.substr(plus, end - plus);
        }
    }
    return std::string{default_transfer_number};
}

/// "For sales, press 1 …": any menu that is not in the script gets its first choice.
std::optional<std::string> first_choice(const std::string& plain)
{
    const auto found = plain.find(" press ");
    if (found == std::string::npos) return std::nullopt;
    const char key = plain[found + 7 < plain.size() ? found + 7 : found];
    if (!is_digit(key)) return std::nullopt;
    return std::string{"[[press:"} + key + "]]";
}

std::string choose(std::span<const ChatMessage> dialogue)
{
    std::string newest;
    std::string answer;
    std::string earlier;
    std::size_t turns = 0;
    for (const ChatMessage& message : dialogue) {
        if (message.role != "user") continue;
        earlier += newest;
        newest = plain_words(message.content);
        const auto space = message.content.find(' ');
        answer = space == std::string::npos ? "" : message.content.substr(space + 1);
        ++turns;
    }
    if (turns == 0) return "Hello! This is Phony. How may I help you today?";

    for (const ScriptedLine& line : scripted_lines()) {
        const bool heard =
            std::all_of(line.hears.begin(), line.hears.end(), [&](std::string_view phrase) {
                return holds(newest, phrase);
            });
        if (!heard || (!line.earlier.empty() && !holds(earlier, line.earlier))) continue;
        std::string reply{line.reply};
        replace(reply, "{number}", transfer_number(dialogue));
        replace(reply, "{answer}", answer);
        return reply;
    }
    if (auto press = first_choice(newest)) return *press;
    return std::string{small_talk()[turns % small_talk().size()]};
}

/// FNV-1a: the pace varies from reply to reply, and is the same for the same words.
std::uint64_t hash(std::string_view text)
{
    std::uint64_t value = 0xcbf29ce484222325U;
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return value;
}

}  // namespace

std::string ScriptedReply::text() const
{
    std::string text;
    for (const std::string& token : tokens) text += token;
    return text;
}

ScriptedReply reply_to(std::span<const ChatMessage> dialogue)
{
    const std::string text = choose(dialogue);
    Random random{hash(text) + dialogue.size()};
    ScriptedReply reply;
    reply.tokens = cut_into_tokens(text);
    reply.first_token_delay = random.between(250ms, 400ms);
    reply.token_gap = random.between(15ms, 25ms);
    return reply;
}

std::vector<std::string> cut_into_tokens(std::string_view text)
{
    constexpr std::size_t longest_word = 7;
    constexpr std::size_t longest_number = 3;

    std::vector<std::string> tokens;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        if (text[end] == ' ' && end + 1 < text.size() && text[end + 1] != ' ') ++end;
        const std::size_t word = end;
        if (is_letter(text[end])) {
            while (end < text.size() && is_letter(text[end]) && end - word < longest_word) ++end;
            while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
                ++end;  // never inside a character
        } else if (is_digit(text[end])) {
            while (end < text.size() && is_digit(text[end]) && end - word < longest_number) ++end;
        } else {
            const bool doubled = end + 1 < text.size() && text[end + 1] == text[end] &&
                                 (text[end] == '[' || text[end] == ']');
            end += doubled ? 2 : 1;
        }
        tokens.emplace_back(text.substr(begin, end - begin));
        begin = end;
    }
    return tokens;
}

}  // namespace phony::simulator
