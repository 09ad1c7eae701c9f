#pragma once

#include <phony/async/condition.hpp>

#include <optional>
#include <utility>

namespace phony::async {

/// A place for one value where the newest wins: what was not taken in time is replaced, not queued.
/// For one taker, on one thread.
///
///     while (auto turn = co_await turns.take()) …          // nullopt: finished
template <typename T>
class Latest {
public:
    explicit Latest(const Executor& executor) : changed_{executor} {}

    /// Ignored after finish().
    void put(T value)
    {
        if (finished_) return;
        value_ = std::move(value);
        changed_.notify_all();
    }

    /// Waits for a value. nullopt once finished: a value that was not taken by then is out of date.
    awaitable<std::optional<T>> take()
    {
        while (!value_ && !finished_) co_await changed_.wait();
        co_return std::exchange(value_, std::nullopt);
    }

    void finish()
    {
        finished_ = true;
        value_.reset();
        changed_.notify_all();
    }

    bool finished() const { return finished_; }

private:
    std::optional<T> value_;
    bool finished_ = false;
    Condition changed_;
};

}  // namespace phony::async
