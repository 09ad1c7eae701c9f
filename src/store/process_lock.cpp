#include "store/process_lock.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <random>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace phony::store {
namespace {

std::string new_boot_id()
{
    std::random_device random;
    std::string id;
    for (int i = 0; i < 4; ++i) {
        std::array<char, 9> hex{};
        std::snprintf(hex.data(), hex.size(), "%08x", random());
        id += hex.data();
    }
    return id;
}

std::filesystem::path lock_file(const std::filesystem::path& data_directory,
                                std::string_view boot_id)
{
    return data_directory / "processes" / (std::string{boot_id} + ".lock");
}

}  // namespace

ProcessLock::ProcessLock(const std::filesystem::path& data_directory)
    : boot_id_{new_boot_id()}, file_{lock_file(data_directory, boot_id_)}
{
    std::filesystem::create_directories(file_.parent_path());
    descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    // Nobody else knows the file before the history names this process, so the lock is free.
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const int reason = errno;
        if (descriptor_ >= 0) ::close(descriptor_);
        throw std::system_error{reason, std::generic_category(), file_.string()};
    }
}

ProcessLock::~ProcessLock()
{
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    ::close(descriptor_);
}

void ProcessLock::touch() const
{
    ::futimens(descriptor_, nullptr);  // it fails where there is no disk any more
}

std::optional<WallTime> last_seen(const std::filesystem::path& data_directory,
                                  std::string_view boot_id)
{
    struct stat status{};
    if (::stat(lock_file(data_directory, boot_id).c_str(), &status) != 0) return std::nullopt;
    const auto since_1970 = std::chrono::seconds{status.st_mtim.tv_sec} +
                            std::chrono::nanoseconds{status.st_mtim.tv_nsec};
    return WallTime{std::chrono::duration_cast<WallTime::duration>(since_1970)};
}

bool is_gone(const std::filesystem::path& data_directory, std::string_view boot_id)
{
    const int descriptor =
        ::open(lock_file(data_directory, boot_id).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return errno == ENOENT;
    const bool free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    ::close(descriptor);
    return free;
}

void forget_process(const std::filesystem::path& data_directory, std::string_view boot_id)
{
    std::error_code ignored;
    std::filesystem::remove(lock_file(data_directory, boot_id), ignored);
}

}  // namespace phony::store
