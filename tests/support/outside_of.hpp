#pragma once

#include "app/config.hpp"

#include <map>
#include <optional>
#include <string>

namespace phony::test {

/// A program's outside in which these settings are the environment, all of it. They must outlive
/// it.
inline app::Outside outside_of(const std::map<std::string, std::string>& settings)
{
    return {.environment = [&settings](const std::string& name) -> std::optional<std::string> {
                const auto found = settings.find(name);
                return found == settings.end() ? std::nullopt : std::optional{found->second};
            },
            .file = app::process_outside().file};
}

}  // namespace phony::test
