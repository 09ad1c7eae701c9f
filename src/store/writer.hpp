#pragma once

#include "metrics/metrics.hpp"
#include "store/broken_calls.hpp"
#include "store/inbox.hpp"
#include "store/options.hpp"
#include "store/process_lock.hpp"
#include "store/record.hpp"
#include "store/recorder.hpp"
#include "store/retention.hpp"
#include "store/sqlite.hpp"
#include <phony/base/timestamp.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace phony::store {

/// The thread that writes the history, and the only one in this process that does. It commits what
/// has come together every 25 ms. A disk that is full, slow or broken is its trouble alone: records
/// wait in bounded memory until it works again, and beyond that are dropped and counted.
class Writer {
public:
    /// Opens the history, brings it to the newest schema and starts. Throws runtime_error with a
    /// sentence when that cannot be: at start-up someone is there to read it.
    Writer(Options options, metrics::Metrics& metrics);
    /// stop()s.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Any thread; never waits for the disk. `urgent`: someone waits for the commit.
    void put(Record&& record, bool urgent = false);

    /// Any thread.
    bool writable() const { return !in_trouble_; }
    const std::string& boot_id() const { return process_.boot_id(); }

    /// Writes what was put, closes the books on this process and ends the thread.
    void stop();

private:
    void run();
    void write(const std::vector<Record>& records);
    void commit(const std::vector<Record>& records);
    void pause(Duration& length);
    void keep_house();
    void note_trouble(std::string_view what, const SqliteError& error);
    void note_success();
    void drop(std::size_t records);

    Options options_;
    metrics::Metrics& metrics_;
    Inbox inbox_;

    // The thread's own, once it runs.
    std::unique_ptr<Database> database_;
    ProcessLock process_;
    Recorder recorder_;
    Retention retention_;
    BrokenCallsSweep broken_calls_;
    TimePoint next_housekeeping_;
    TimePoint next_sign_of_life_;
    bool entered_ = false;

    std::atomic<bool> in_trouble_ = false;
    std::atomic<bool> overflowing_ = false;
    std::thread thread_;
};

}  // namespace phony::store
