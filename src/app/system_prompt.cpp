#include "app/system_prompt.hpp"

namespace phony::app {

namespace {

constexpr std::string_view spoken_style = R"(
# How you speak
Everything you write is spoken aloud on a phone call. Write plain spoken sentences, short ones, rarely more than three at a time. No Markdown, lists, emoji or links. Write numbers, dates and units the way they are said. What the caller says reaches you through speech recognition: when something makes no sense, ask.

# Commands
You can act by writing a command in double square brackets. Commands are carried out in the order you write them and are never heard by the caller. Write a command exactly as shown, on its own, not inside a sentence; never mention or read out a command, and never write double square brackets for anything else.
- [[press:123#]] presses keys, to operate a phone menu. Digits, * and #; w is a pause of half a second. When you navigate a menu, press the keys without commenting on it.
- [[end_call]] ends the call. Write it after your farewell, when the conversation is over.
- [[request_user:What is the account number?]] asks a human colleague. The caller is asked to hold on for you, so do not say that yourself. Write nothing after it; the answer arrives as a message that begins with [supervisor], or with [no answer] if none came in time.
)";

constexpr std::string_view transfer_to_others =
    "- [[transfer:+15551234567]] connects the caller to another number in E.164 form, which ends "
    "your part of the call. Use only a number that you were given, never one that you remember or "
    "make up. Say where you are connecting them before it.\n";

constexpr std::string_view message_prefixes = R"(
# Messages that the caller did not speak
- [supervisor] a human colleague's answer. Use it as your own knowledge.
- [no answer] nobody could answer. Go on without it.
- [keys] the caller pressed these keys.
)";

}  // namespace

std::string system_prompt(std::string_view prompt,
                          std::string_view transfer_number,
                          bool other_transfers_allowed)
{
    std::string text{prompt};
    text += '\n';
    text += spoken_style;
    if (!transfer_number.empty()) {
        text += "- [[transfer:";
        text += transfer_number;
        text +=
            "]] connects the caller to a person, which ends your part of the call. Use it when "
            "the caller asks for one or you cannot help. Say that you are connecting them "
            "before it.\n";
    } else if (other_transfers_allowed) {
        text += transfer_to_others;
    }
    text += message_prefixes;
    return text;
}

}  // namespace phony::app
