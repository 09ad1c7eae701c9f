#pragma once

#include "log/log.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

#include <spdlog/sinks/base_sink.h>

namespace phony::log {

/// Writes lines to a file descriptor without ever waiting for its reader. Counts the lines that it
/// had to drop, and says so in a line of its own as soon as one can be written again.
///
/// It asks `poll` before it writes, rather than make the descriptor non-blocking: that flag would
/// be shared with every process on the same terminal.
class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    /// `dropped_in_all` counts on, line by line; it outlives the sink.
    LineSink(int file_descriptor, Format format, std::atomic<std::uint64_t>& dropped_in_all);

private:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}

    bool try_write(const spdlog::details::log_msg& message);
    bool report_dropped();

    int file_descriptor_;
    Format format_;
    std::uint64_t dropped_ = 0;  ///< and not reported yet
    std::atomic<std::uint64_t>& dropped_in_all_;
};

}  // namespace phony::log
