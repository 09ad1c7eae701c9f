#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace phony {

/// Data that several threads share, reachable only under its lock:
///
///     Guarded<std::map<std::string, int>> counts;
///     counts.with([](auto& map) { ++map["calls"]; });
///
/// The lock cannot be held across a `co_await`, because the callable is an ordinary function.
template <typename T>
class Guarded {
public:
    Guarded() = default;
    explicit Guarded(T value) : value_{std::move(value)} {}

    template <typename Callable>
    decltype(auto) with(Callable&& callable)
    {
        const std::scoped_lock lock{mutex_};
        return std::invoke(std::forward<Callable>(callable), value_);
    }

    template <typename Callable>
    decltype(auto) with(Callable&& callable) const
    {
        const std::scoped_lock lock{mutex_};
        return std::invoke(std::forward<Callable>(callable), value_);
    }

private:
    mutable std::mutex mutex_;
    T value_{};
};

}  // namespace phony
