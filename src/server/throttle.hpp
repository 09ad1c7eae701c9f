#pragma once

#include <phony/base/guarded.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/base/token_bucket.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace phony::server {

/// So many a minute for each client, told apart by a name or an address. Any thread may ask.
///
///     if (const auto wait = throttle.take("ada", now); wait > Duration::zero()) return
///     too_fast(wait);
///
/// Full buckets are forgotten. Should there be more clients than it remembers, those that come on
/// top share one bucket: memory stays bounded, and nobody who is known is hurt.
class Throttle {
public:
    /// `per_minute` 0: no limit.
    explicit Throttle(std::size_t per_minute, std::size_t most_clients = 10'000);

    /// Lets one more pass, or answers how long this client has to wait; zero when it passes.
    Duration take(std::string_view client, TimePoint now);

    /// How long this client would have to wait now.
    Duration wait(std::string_view client, TimePoint now);

    std::size_t per_minute() const { return per_minute_; }

private:
    struct Buckets {
        std::map<std::string, TokenBucket, std::less<>> of;
        TokenBucket others;
        TimePoint swept{};
    };

    TokenBucket& bucket_of(Buckets& buckets, std::string_view client, TimePoint now) const;

    std::size_t per_minute_;
    std::size_t most_clients_;
    Guarded<Buckets> buckets_;
};

}  // namespace phony::server
