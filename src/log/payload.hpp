#pragma once

#include "log/log.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace phony::log {

/// A pipe takes this much in one piece (PIPE_BUF on Linux), so no line is longer.
inline constexpr std::size_t longest_line = 4096;

/// A line without its time: `"level":"info","msg":"listening","port":24187` for JSON, which the
/// time and the braces are put around, or `info  listening port=24187`. Fields that would make the
/// line too long are left out, and `truncated` says so.
std::string payload(Format format,
                    Level level,
                    std::string_view message,
                    std::span<const Field> fields);

}  // namespace phony::log
