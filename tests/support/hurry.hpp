#pragma once

#include "app/config.hpp"
#include "support/eventually.hpp"

#include <chrono>

namespace phony::test {

/// When a model that says nothing is given up, so that tests of it are short, and yet not when the
/// machine was stopped for a moment.
inline constexpr Duration hurried_reply_timeout = std::chrono::milliseconds{1600} * slowness;

inline void hurry(app::Config& config)
{
    config.policy.reply_timeout = hurried_reply_timeout;
    config.policy.first_attempt = std::chrono::milliseconds{800} * slowness;
    config.policy.token_gap = std::chrono::milliseconds{800} * slowness;
}

}  // namespace phony::test
