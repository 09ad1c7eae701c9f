#pragma once

#include <phony/async/condition.hpp>
#include <phony/base/guarded.hpp>

#include <boost/asio/post.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <utility>

namespace phony::async {

enum class Delivery { sent, full, closed };

/// Where a call receives what other threads send it. Anyone may send; only the thread of `owner`
/// receives, closes and destroys.
///
///     switch (mailbox.try_send(std::move(order))) …       // any thread; never waits
///     while (auto order = co_await mailbox.receive()) …   // owner; nullopt: closed
///
/// Nothing is lost silently: whatever is not received is destroyed when the mailbox closes (outside
/// its lock), so an item that owes someone an answer can give it in its destructor.
template <typename T>
class Mailbox {
public:
    Mailbox(const Executor& owner, std::size_t capacity)
        : owner_{owner}, capacity_{capacity}, arrived_{std::make_shared<Condition>(owner)}
    {
    }
    ~Mailbox() { close(); }
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// Unless `sent`, `item` is left as it was.
    Delivery try_send(T&& item)
    {
        bool first = false;
        const auto delivery = box_.with([&](Box& box) {
            if (box.closed) return Delivery::closed;
            if (box.items.size() >= capacity_) return Delivery::full;
            first = box.items.empty();
            box.items.push_back(std::move(item));
            return Delivery::sent;
        });
        // One wake-up empties the box, so only the first item needs to cause one. The condition is
        // shared because the mailbox may be gone when the wake-up runs.
        if (first) asio::post(owner_, [arrived = arrived_] { arrived->notify_all(); });
        return delivery;
    }

    /// Waits for an item. nullopt once closed.
    awaitable<std::optional<T>> receive()
    {
        for (;;) {
            auto [item, closed] = box_.with([](Box& box) { return box.take(); });
            if (item || closed) co_return std::move(item);
            co_await arrived_->wait();
        }
    }

    /// What has not been received is destroyed. A waiting receiver gets nullopt.
    void close()
    {
        std::list<T> undelivered;
        box_.with([&](Box& box) {
            box.closed = true;
            undelivered.swap(box.items);
        });
        arrived_->notify_all();
    }

private:
    struct Box {
        std::list<T> items;  ///< empty as a rule, and then it takes no memory
        bool closed = false;

        std::pair<std::optional<T>, bool> take()
        {
            if (items.empty()) return {std::nullopt, closed};
            std::pair<std::optional<T>, bool> taken{std::move(items.front()), closed};
            items.pop_front();
            return taken;
        }
    };

    Executor owner_;
    std::size_t capacity_;
    Guarded<Box> box_;
    std::shared_ptr<Condition> arrived_;
};

}  // namespace phony::async
