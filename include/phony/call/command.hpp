#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace phony::call {

/// What the model may order among its words (API reference, "LLM Command Protocol").

struct Press {           ///< [[press:123]]
    std::string digits;  ///< 1 to 64 of 0-9 * # and w, a half-second pause
    friend bool operator==(const Press&, const Press&) = default;
};
struct Transfer {        ///< [[transfer:+15551234567]]
    std::string target;  ///< E.164
    friend bool operator==(const Transfer&, const Transfer&) = default;
};
struct EndCall {  ///< [[end_call]]
    friend bool operator==(const EndCall&, const EndCall&) = default;
};
struct RequestUser {  ///< [[request_user:What is the account number?]]
    std::string prompt;
    friend bool operator==(const RequestUser&, const RequestUser&) = default;
};

using Command = std::variant<Press, Transfer, EndCall, RequestUser>;

/// Why a command was not carried out. A command is never spoken, whether carried out or not.
enum class Rejection {
    unknown_command,
    malformed,   ///< nested brackets, or a parameter where none belongs
    unfinished,  ///< the reply ended inside it
    too_long,
    missing_parameter,
    bad_digits,
    not_e164,
    target_not_allowed,
    second_transfer,
    question_pending,
    call_ending,  ///< written behind an end_call or a transfer
    barge_in,     ///< an end_call that the caller talked over
};

/// What was written between the brackets and is not carried out. `command` and `value` are cut to a
/// length that fits an event.
struct RejectedCommand {
    std::string command;
    std::string value;
    Rejection reason = Rejection::malformed;
    friend bool operator==(const RejectedCommand&, const RejectedCommand&) = default;
};

/// The names of the reference and of the events: "press", "bad_digits".
std::string_view name_of(const Command& command);
std::string_view name_of(Rejection reason);

/// The parameter as written in events; empty for end_call.
std::string_view value_of(const Command& command);

/// Judges what stood between `[[` and `]]`. Spaces around name and parameter, and case of the name,
/// do not matter.
std::variant<Command, RejectedCommand> parse_command(std::string_view between_brackets);

/// What stood between `[[` and `]]`, refused without a look at its parameter: for text that is
/// unfinished or too long to be a command.
RejectedCommand reject_command(std::string_view between_brackets, Rejection reason);

/// One DTMF key: 0-9, * or #.
bool is_dtmf_key(char key);

/// E.164 without spaces, dashes, dots and parentheses, or empty when it is not a number in that
/// form.
std::string to_e164(std::string_view number);

}  // namespace phony::call
