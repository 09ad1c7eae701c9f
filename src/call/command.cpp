#include <phony/call/command.hpp>

#include <phony/base/text.hpp>
#include <phony/base/utf8.hpp>

#include <algorithm>
#include <cstddef>

namespace phony::call {
namespace {

// A rejected command goes into an event for people to read: long enough to recognise it.
constexpr std::size_t longest_reported_name = 64;
constexpr std::size_t longest_reported_value = 256;

constexpr std::size_t most_digits = 64;

// The locale must not decide what a command is, hence no <cctype>.
constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::string lower(std::string_view text)
{
    std::string result{text};
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// At most `size` bytes, without cutting a character in two.
std::string_view cut(std::string_view text, std::size_t size)
{
    if (text.size() <= size) return text;
    text = text.substr(0, size);
    text.remove_suffix(incomplete_utf8_tail(text));
    return text;
}

struct NameAndParameter {
    std::string name;  // in lower case
    std::string_view parameter;
};

NameAndParameter split(std::string_view between_brackets)
{
    const std::size_t colon = between_brackets.find(':');
    if (colon == std::string_view::npos) return {lower(trimmed(between_brackets)), {}};
    return {lower(trimmed(between_brackets.substr(0, colon))),
            trimmed(between_brackets.substr(colon + 1))};
}

bool are_digits(std::string_view text)
{
    return text.size() <= most_digits &&
           std::ranges::all_of(text, [](char c) { return is_dtmf_key(c) || c == 'w'; });
}

std::variant<Command, Rejection> judge(std::string_view name, std::string_view parameter)
{
    if (name == "end_call") {
        if (!parameter.empty()) return Rejection::malformed;
        return EndCall{};
    }
    if (name != "press" && name != "transfer" && name != "request_user") {
        return Rejection::unknown_command;
    }
    if (parameter.empty()) return Rejection::missing_parameter;
    if (name == "press") {
        if (!are_digits(parameter)) return Rejection::bad_digits;
        return Press{std::string{parameter}};
    }
    if (name == "transfer") {
        std::string target = to_e164(parameter);
        if (target.empty()) return Rejection::not_e164;
        return Transfer{std::move(target)};
    }
    return RequestUser{std::string{parameter}};
}

struct NameOf {
    std::string_view operator()(const Press&) const { return "press"; }
    std::string_view operator()(const Transfer&) const { return "transfer"; }
    std::string_view operator()(const EndCall&) const { return "end_call"; }
    std::string_view operator()(const RequestUser&) const { return "request_user"; }
};

struct ValueOf {
    std::string_view operator()(const Press& press) const { return press.digits; }
    std::string_view operator()(const Transfer& transfer) const { return transfer.target; }
    std::string_view operator()(const EndCall&) const { return {}; }
    std::string_view operator()(const RequestUser& request) const { return request.prompt; }
};

}  // namespace

std::string_view name_of(const Command& command)
{
    return std::visit(NameOf{}, command);
}

std::string_view value_of(const Command& command)
{
    return std::visit(ValueOf{}, command);
}

std::string_view name_of(Rejection reason)
{
    switch (reason) {
    case Rejection::unknown_command: return "unknown_command";
    case Rejection::malformed: return "malformed";
    case Rejection::unfinished: return "unfinished";
    case Rejection::too_long: return "too_long";
    case Rejection::missing_parameter: return "missing_parameter";
    case Rejection::bad_digits: return "bad_digits";
    case Rejection::not_e164: return "not_e164";
    case Rejection::target_not_allowed: return "target_not_allowed";
    case Rejection::second_transfer: return "second_transfer";
    case Rejection::question_pending: return "question_pending";
    case Rejection::call_ending: return "call_ending";
    case Rejection::barge_in: return "barge_in";
    }
    return "malformed";
}

std::variant<Command, RejectedCommand> parse_command(std::string_view between_brackets)
{
    if (between_brackets.find("[[") != std::string_view::npos) {
        return reject_command(between_brackets, Rejection::malformed);
    }
    const auto [name, parameter] = split(between_brackets);
    auto verdict = judge(name, parameter);
    if (const auto* reason = std::get_if<Rejection>(&verdict)) {
        return reject_command(between_brackets, *reason);
    }
    return std::get<Command>(std::move(verdict));
}

RejectedCommand reject_command(std::string_view between_brackets, Rejection reason)
{
    const auto [name, parameter] = split(between_brackets);
    return {std::string{cut(name, longest_reported_name)},
            std::string{cut(parameter, longest_reported_value)},
            reason};
}

bool is_dtmf_key(char key)
{
    return is_digit(key) || key == '*' || key == '#';
}

std::string to_e164(std::string_view number)
{
    // Twilio's pattern: ^\+[1-9]\d{1,14}$. National formats are refused rather than guessed at.
    constexpr std::string_view punctuation = " -.()";
    constexpr std::size_t fewest_digits = 2;
    constexpr std::size_t most_e164_digits = 15;

    std::string plain;
    for (const char c : number) {
        if (punctuation.find(c) == std::string_view::npos) plain += c;
    }
    if (!plain.starts_with('+')) return {};
    const std::string_view digits = std::string_view{plain}.substr(1);
    const bool valid = digits.size() >= fewest_digits && digits.size() <= most_e164_digits &&
                       digits.front() != '0' && std::ranges::all_of(digits, is_digit);
    return valid ? plain : std::string{};
}

}  // namespace phony::call
