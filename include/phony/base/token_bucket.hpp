#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>
#include <cstddef>

namespace phony {

/// Lets so many through in a minute, all of them at once if they come so, and then as they refill:
///
///     TokenBucket bucket{100};                    // 100 a minute
///     if (!bucket.take(now)) return RateLimited{bucket.next(now)};
///
/// A value without a clock or a lock.
class TokenBucket {
public:
    /// `per_minute` 0: no limit.
    explicit TokenBucket(std::size_t per_minute) : per_minute_{per_minute} {}

    /// Whether one more may pass at `now`, which never runs backwards.
    bool take(TimePoint now)
    {
        if (per_minute_ == 0) return true;
        refill(now);
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }

    /// How long until one more may pass; zero when it may now.
    Duration next(TimePoint now)
    {
        if (per_minute_ == 0) return Duration::zero();
        refill(now);
        if (tokens_ >= 1) return Duration::zero();
        return std::chrono::ceil<Duration>((1 - tokens_) * interval());
    }

    /// As if nobody had ever asked: nothing is lost when a full bucket is forgotten.
    bool is_full(TimePoint now)
    {
        if (per_minute_ == 0) return true;
        refill(now);
        return tokens_ >= static_cast<double>(per_minute_);
    }

private:
    using Seconds = std::chrono::duration<double>;

    Seconds interval() const { return Seconds{60.0 / static_cast<double>(per_minute_)}; }

    void refill(TimePoint now)
    {
        const auto capacity = static_cast<double>(per_minute_);
        if (!used_) {
            tokens_ = capacity;
        } else if (now > refilled_) {
            tokens_ += Seconds{now - refilled_} / interval();
            if (tokens_ > capacity) tokens_ = capacity;
        }
        refilled_ = now;
        used_ = true;
    }

    std::size_t per_minute_;
    double tokens_ = 0;
    TimePoint refilled_;
    bool used_ = false;
};

}  // namespace phony
