#include <phony/call/policy.hpp>

#include <algorithm>

namespace phony::call {

bool Policy::may_transfer_to(std::string_view target) const
{
    return transfer_anywhere ||
           std::ranges::any_of(transfer_allow, [&](const std::string& allowed) {
               return !allowed.empty() && target.starts_with(allowed);
           });
}

}  // namespace phony::call
