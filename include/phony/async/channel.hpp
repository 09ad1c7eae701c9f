#pragma once

#include <phony/async/condition.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace phony::async {

/// A bounded queue between the loops of one call, all on one thread. It ends with a mark rather
/// than by being closed: the receiver gets all that was sent, and only then the end.
///
///     co_await frames.send(frame);                         // false: finished, the frame is
///     dropped while (auto frame = co_await frames.receive()) …     // nullopt: finished and empty
///
/// (In Boost 1.81 the `close()` of Asio's own channel throws away what is buffered and leaves
/// blocked senders asleep, so a farewell would vanish.)
///
/// Waiting senders and receivers that are cancelled get operation_aborted as an exception. A
/// receive() raced by `||` can lose an item: one that arrives just as the other branch wins.
template <typename T>
class Channel {
public:
    Channel(const Executor& executor, std::size_t capacity)
        : capacity_{capacity}, not_empty_{executor}, not_full_{executor}
    {
    }

    /// Waits while the channel is full. False when it is finished, also while waiting.
    awaitable<bool> send(T item)
    {
        while (full() && !finished_) co_await not_full_.wait();
        co_return push(std::move(item));
    }

    /// False when full or finished; `item` is then left as it was.
    bool try_send(T&& item) { return !full() && push(std::move(item)); }

    /// Waits for an item. nullopt when the channel is finished and all that was sent has been
    /// received.
    awaitable<std::optional<T>> receive()
    {
        while (items_.empty() && !finished_) co_await not_empty_.wait();
        co_return try_receive();
    }

    /// An item if there is one now.
    std::optional<T> try_receive()
    {
        if (items_.empty()) return std::nullopt;
        std::optional<T> item{std::move(items_.front())};
        items_.pop_front();
        not_full_.notify_one();
        return item;
    }

    /// Marks the end: nothing more is accepted, what was sent can still be received.
    void finish()
    {
        finished_ = true;
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    bool finished() const { return finished_; }
    bool full() const { return items_.size() >= capacity_; }
    std::size_t size() const { return items_.size(); }

private:
    bool push(T&& item)
    {
        if (finished_) return false;
        items_.push_back(std::move(item));
        not_empty_.notify_one();
        return true;
    }

    std::size_t capacity_;
    std::deque<T> items_;
    bool finished_ = false;
    Condition not_empty_;
    Condition not_full_;
};

}  // namespace phony::async
