#pragma once

#include <cstdint>
#include <filesystem>

namespace phony::app {

/// Who accepts calls on a listening socket that several processes share: a lock that all of them
/// hold together on `DATA_DIR/accepting-PORT.lock`, and that the kernel takes from whoever dies. So
/// a process that drains knows whether another one takes its calls.
///
/// One thread at a time.
class AcceptingLock {
public:
    /// Nothing is held yet. Throws system_error when the file cannot be opened.
    AcceptingLock(const std::filesystem::path& directory, std::uint16_t port);
    ~AcceptingLock();
    AcceptingLock(const AcceptingLock&) = delete;
    AcceptingLock& operator=(const AcceptingLock&) = delete;

    void take();
    void release();

    /// Another process holds it. Looking does not get into anybody's way.
    bool is_held_elsewhere() const;

private:
    int descriptor_;
};

}  // namespace phony::app
