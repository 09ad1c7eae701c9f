#pragma once

#include <phony/base/timestamp.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::simulator {

/// A message of a chat completion request.
struct ChatMessage {
    std::string role;  ///< system, developer, user, assistant
    std::string content;
};

/// A reply as a model streams it.
struct ScriptedReply {
    std::vector<std::string> tokens;
    Duration first_token_delay{};
    Duration token_gap{};

    std::string text() const;
};

/// The built-in model: chooses the reply by what the caller said last and by what was said before.
/// It knows the scenarios, a few everyday requests, phone menus, and Phony's messages `[keys] …`,
/// `[supervisor] …` and `[no answer] …`; to all else it has a polite answer. Its replies hold the
/// commands of the command protocol; a transfer goes to the first number that the system prompt
/// names, or else to `default_transfer_number`.
///
/// Pure and deterministic: the same dialogue gives the same words at the same pace.
ScriptedReply reply_to(std::span<const ChatMessage> dialogue);

inline constexpr std::string_view default_transfer_number = "+15550100199";

/// Cuts text as models do: a word with the space before it, longer ones in pieces, digits by
/// threes,
/// `[[` and `]]` by themselves. Their concatenation is the text.
std::vector<std::string> cut_into_tokens(std::string_view text);

}  // namespace phony::simulator
