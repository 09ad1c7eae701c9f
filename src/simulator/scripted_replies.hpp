#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace phony::simulator {

/// One line of the built-in model's script. It applies when the caller's newest words hold all of
/// `hears` and, if `earlier` is not empty, an older message holds that. Words are compared in lower
/// case, without punctuation.
///
/// In the reply, `{number}` stands for the transfer number, `{answer}` for what a supervisor said.
struct ScriptedLine {
    std::vector<std::string_view> hears;
    std::string_view earlier;
    std::string_view reply;
};

/// In order: the first that applies is taken.
std::span<const ScriptedLine> scripted_lines();

/// When none applies; taken in turn.
std::span<const std::string_view> small_talk();

}  // namespace phony::simulator
