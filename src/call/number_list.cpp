#include <phony/call/number_list.hpp>

#include <algorithm>

namespace phony::call {

bool begins_like_any(std::string_view number, std::span<const std::string> beginnings)
{
    return std::ranges::any_of(beginnings, [number](const std::string& beginning) {
        return !beginning.empty() && number.starts_with(beginning);
    });
}

}  // namespace phony::call
