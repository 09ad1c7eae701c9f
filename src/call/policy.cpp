#include <phony/call/policy.hpp>

#include <phony/call/number_list.hpp>

namespace phony::call {

bool Policy::may_transfer_to(std::string_view target) const
{
    return transfer_anywhere || begins_like_any(target, transfer_allow);
}

}  // namespace phony::call
