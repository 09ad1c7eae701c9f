#pragma once

#include <span>
#include <string>
#include <string_view>

namespace phony::app {

/// "; did you mean --port?" when one of the candidates is much like the word, else nothing.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

}  // namespace phony::app
