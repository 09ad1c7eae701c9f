#pragma once

#include <phony/base/timestamp.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace phony::store {

/// Says that a process lives: a lock on `DATA_DIR/processes/<boot id>.lock`, which the kernel lets
/// go of however the process ends. Whoever can take the lock knows that the process is gone.
class ProcessLock {
public:
    /// Takes the lock of a new process. Throws system_error when the file cannot be made.
    explicit ProcessLock(const std::filesystem::path& data_directory);
    /// Removes the file and lets go.
    ~ProcessLock();
    ProcessLock(const ProcessLock&) = delete;
    ProcessLock& operator=(const ProcessLock&) = delete;

    /// 32 hex digits, different for each start of the program.
    const std::string& boot_id() const { return boot_id_; }

    /// A sign of life, of which the file bears the time: see last_seen().
    void touch() const;

private:
    std::string boot_id_;
    std::filesystem::path file_;
    int descriptor_ = -1;
};

/// Nobody holds this process's lock any more.
bool is_gone(const std::filesystem::path& data_directory, std::string_view boot_id);

/// When a process last gave a sign of life. Nothing once it is forgotten.
std::optional<WallTime> last_seen(const std::filesystem::path& data_directory,
                                  std::string_view boot_id);

/// Removes what is left of a process that is gone.
void forget_process(const std::filesystem::path& data_directory, std::string_view boot_id);

}  // namespace phony::store
