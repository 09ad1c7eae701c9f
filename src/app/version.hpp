#pragma once

#include <string_view>

namespace phony::app {

/// "0.1.0"
std::string_view version();

/// The commit that it was built from, abbreviated; "unknown" outside of a repository.
std::string_view commit();

/// "clang 19.1.7"
std::string_view compiler();

}  // namespace phony::app
