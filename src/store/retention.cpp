#include "store/retention.hpp"

#include <algorithm>

namespace phony::store {

WallTime Retention::until(WallTime oldest, WallTime wall, TimePoint now)
{
    const auto elapsed = now - looked_.value_or(now);
    looked_ = now;
    // Where there is nothing to be removed, no time need be taken.
    reached_ = std::max(reached_, oldest) + haste * elapsed;
    reached_ = std::min(reached_, wall - keep_);
    return reached_;
}

}  // namespace phony::store
