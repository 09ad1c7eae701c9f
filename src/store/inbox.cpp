#include "store/inbox.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace phony::store {
namespace {

// Of records: as many as came last time come again, and calls do not wait for them to be moved.
constexpr std::size_t most_expected = 1000;

}  // namespace

bool Inbox::put(Record&& record, bool urgent)
{
    const std::size_t weight = weight_of(record);
    bool wake = false;
    {
        const std::scoped_lock lock{mutex_};
        if (closed_ || weight > most_bytes_ - bytes_) return false;
        // A writer that lingers is left alone: it looks again by itself.
        wake = waiting_.empty() || (urgent && !urgent_);
        urgent_ = urgent_ || urgent;
        bytes_ += weight;
        waiting_.push_back(std::move(record));
    }
    if (wake) changed_.notify_one();
    return true;
}

std::vector<Record> Inbox::take(TimePoint deadline, Duration linger)
{
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, deadline, [this] { return !waiting_.empty() || closed_; });
    if (waiting_.empty()) return {};
    changed_.wait_for(lock, linger, [this] { return urgent_ || closed_; });
    urgent_ = false;
    taken_ += waiting_.size();
    std::vector<Record> next;
    next.reserve(std::min(waiting_.size(), most_expected));
    return std::exchange(waiting_, std::move(next));
}

void Inbox::done(const std::vector<Record>& records)
{
    std::size_t weight = 0;
    for (const Record& record : records) weight += weight_of(record);
    const std::scoped_lock lock{mutex_};
    bytes_ -= weight;
    taken_ -= records.size();
}

void Inbox::close()
{
    const std::scoped_lock lock{mutex_};
    closed_ = true;
    changed_.notify_all();
}

bool Inbox::closed() const
{
    const std::scoped_lock lock{mutex_};
    return closed_;
}

void Inbox::wait_until_closed(TimePoint deadline)
{
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, deadline, [this] { return closed_; });
}

std::size_t Inbox::size() const
{
    const std::scoped_lock lock{mutex_};
    return waiting_.size() + taken_;
}

}  // namespace phony::store
