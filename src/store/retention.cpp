#include "store/retention.hpp"

#include <algorithm>

namespace phony::store {

WallTime Retention::until(Span history, WallTime wall, TimePoint now)
{
    if (!looked_) {
        // A clock that is behind what it has dated already is one that will be set right.
        believed_ = std::max(wall, history.newest);
        reached_ = history.oldest;
    }
    const auto stride = haste * (now - looked_.value_or(now));
    looked_ = now;
    believed_ = std::clamp(wall, believed_ - stride, believed_ + stride);
    // Where there is nothing to be removed, no time need be taken.
    reached_ = std::max(reached_, history.oldest) + stride;
    reached_ = std::min(reached_, std::min(wall, believed_) - keep_);
    return reached_;
}

}  // namespace phony::store
