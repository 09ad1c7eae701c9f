#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace phony::store {

struct Options {
    std::filesystem::path directory;
    std::chrono::days keep{0};  ///< how long past calls stay; 0: for ever

    // Not settings: only tests have reasons to change them.

    /// Memory for what waits to be written while the disk is full or slow.
    std::size_t queue_bytes = std::size_t{64} * 1024 * 1024;
    /// Of 4 KiB, that the database may have before it counts as full; 0: as many as the disk takes.
    std::int64_t most_pages = 0;
    /// The writer waits so long for more to write along with what it has.
    Duration linger = std::chrono::milliseconds{75};
    /// How long a statement waits for another process that writes.
    Duration lock_patience = std::chrono::seconds{1};
    /// Between attempts to write what could not be written: the first pause, doubled each time.
    Duration first_pause = std::chrono::milliseconds{100};
    Duration longest_pause = std::chrono::seconds{5};
    /// For a disk that fails while the program ends.
    Duration farewell = std::chrono::seconds{2};
    /// A search that takes longer is given up.
    Duration search_limit = std::chrono::seconds{5};
    Duration housekeeping = std::chrono::minutes{10};
};

}  // namespace phony::store
