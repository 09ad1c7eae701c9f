#include "server/path_pattern.hpp"

namespace phony::server {

std::optional<std::string_view> match_path(std::string_view pattern, std::string_view path)
{
    if (pattern.ends_with('*')) {
        if (!path.starts_with(pattern.substr(0, pattern.size() - 1))) return std::nullopt;
        return std::string_view{};
    }
    const auto opening = pattern.find('{');
    if (opening == std::string_view::npos) {
        if (path != pattern) return std::nullopt;
        return std::string_view{};
    }
    const auto before = pattern.substr(0, opening);
    const auto after = pattern.substr(pattern.find('}', opening) + 1);
    if (!path.starts_with(before)) return std::nullopt;
    path.remove_prefix(before.size());
    if (!path.ends_with(after)) return std::nullopt;
    path.remove_suffix(after.size());
    if (path.empty() || path.find('/') != std::string_view::npos) return std::nullopt;
    return path;
}

}  // namespace phony::server
