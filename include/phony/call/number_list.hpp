#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::call {

/// Whether a number, E.164, begins as one of these does: "+15551234567" itself, or all of "+1555".
bool begins_like_any(std::string_view number, std::span<const std::string> beginnings);

/// Numbers that may be called.
struct NumberList {
    std::vector<std::string> beginnings;
    bool any = false;

    bool contains(std::string_view number) const
    {
        return any || begins_like_any(number, beginnings);
    }
};

}  // namespace phony::call
