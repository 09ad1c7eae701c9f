#pragma once

#include "store/record.hpp"
#include <phony/base/timestamp.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace phony::store {

/// Where records wait for the writer. Calls put them in and never wait themselves; when the writer
/// is so far behind that the memory granted is used up, further ones are refused.
///
/// (Not a Guarded: the writer waits on the lock's condition variable.)
class Inbox {
public:
    /// `most_bytes`: of records, those included that the writer has taken and not yet done with.
    explicit Inbox(std::size_t most_bytes) : most_bytes_{most_bytes} {}

    /// Any thread. `urgent`: the writer does not linger for more to write along with it. False when
    /// it is full; the record is then left as it was.
    bool put(Record&& record, bool urgent);

    /// The writer waits for something to write, then for more to write along with it, `linger`
    /// long. Empty when there is nothing until `deadline`, or once closed and emptied.
    std::vector<Record> take(TimePoint deadline, Duration linger);

    /// The writer is done with these, which makes room.
    void done(const std::vector<Record>& records);

    /// Any thread: take() does not wait any more.
    void close();
    bool closed() const;

    /// For a wait that close() is to cut short.
    void wait_until_closed(TimePoint deadline);

    /// Records that wait or are being written.
    std::size_t size() const;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Record> waiting_;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::size_t taken_ = 0;
    bool urgent_ = false;
    bool closed_ = false;
};

}  // namespace phony::store
