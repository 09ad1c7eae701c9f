#include "server/throttle.hpp"

#include <chrono>

namespace phony::server {
namespace {

using namespace std::chrono_literals;

// A flood of addresses does not make each request pay for looking at all of them.
constexpr auto sweep_interval = 1s;

}  // namespace

Throttle::Throttle(std::size_t per_minute, std::size_t most_clients)
    : per_minute_{per_minute},
      most_clients_{most_clients},
      buckets_{Buckets{.of = {}, .others = TokenBucket{per_minute}}}
{
}

TokenBucket& Throttle::bucket_of(Buckets& buckets, std::string_view client, TimePoint now) const
{
    if (const auto known = buckets.of.find(client); known != buckets.of.end()) return known->second;
    if (buckets.of.size() >= most_clients_ && now - buckets.swept >= sweep_interval) {
        buckets.swept = now;
        std::erase_if(buckets.of, [now](const auto& entry) {
            TokenBucket bucket = entry.second;
            return bucket.is_full(now);
        });
    }
    if (buckets.of.size() >= most_clients_) return buckets.others;
    return buckets.of.emplace(client, TokenBucket{per_minute_}).first->second;
}

Duration Throttle::take(std::string_view client, TimePoint now)
{
    if (per_minute_ == 0) return Duration::zero();
    return buckets_.with([&](Buckets& buckets) {
        TokenBucket& bucket = bucket_of(buckets, client, now);
        return bucket.take(now) ? Duration::zero() : bucket.next(now);
    });
}

Duration Throttle::wait(std::string_view client, TimePoint now)
{
    if (per_minute_ == 0) return Duration::zero();
    return buckets_.with(
        [&](Buckets& buckets) { return bucket_of(buckets, client, now).next(now); });
}

}  // namespace phony::server
