#pragma once

#include <string>
#include <string_view>

namespace phony::app {

/// Who the agent is when SYSTEM_PROMPT does not say.
inline constexpr std::string_view default_system_prompt =
    "You are a friendly, capable assistant on the phone. Find out what the caller needs and help "
    "them with it, one step at a time. If you do not know something, say so rather than guess.";

/// The prompt with the command protocol behind it (API reference, "LLM Command Protocol"), so that
/// the model knows its commands whatever the prompt says. The same bytes for every call: prompt
/// caches live on that. The model is told of transfers to `transfer_number` (E.164), or, when that
/// is empty and others are allowed, to numbers that it learns in the conversation.
std::string system_prompt(std::string_view prompt,
                          std::string_view transfer_number,
                          bool other_transfers_allowed);

}  // namespace phony::app
