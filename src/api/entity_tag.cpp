#include <phony/api/entity_tag.hpp>

#include <phony/base/text.hpp>

namespace phony::api {
namespace {

constexpr std::string_view weak = "W/";

}  // namespace

bool matches_any(std::string_view if_none_match, std::string_view entity_tag)
{
    std::string_view rest = trimmed(if_none_match);
    if (rest == "*") return true;
    while (!rest.empty()) {
        if (rest.starts_with(weak)) rest.remove_prefix(weak.size());
        // A tag may hold commas, but no quotes.
        const auto end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
        if (end == std::string_view::npos) return false;
        if (rest.substr(0, end + 1) == entity_tag) return true;
        rest = trimmed(rest.substr(end + 1));
        if (!rest.starts_with(',')) return false;
        rest = trimmed(rest.substr(1));
    }
    return false;
}

}  // namespace phony::api
