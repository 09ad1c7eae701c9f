#pragma once

#include <phony/base/timestamp.hpp>

#include <cstdint>

namespace phony::simulator {

/// A small deterministic generator (SplitMix64): the same seed gives the same call on every
/// platform, which the standard distributions do not promise.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_{seed} {}

    std::uint64_t next()
    {
        std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15U);
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }

    /// From `low` to `high`, both included; `low` when they are the wrong way round.
    Duration between(Duration low, Duration high)
    {
        if (high <= low) return low;
        const auto range = static_cast<std::uint64_t>((high - low).count()) + 1;
        return low + Duration{static_cast<Duration::rep>(next() % range)};
    }

private:
    std::uint64_t state_;
};

}  // namespace phony::simulator
