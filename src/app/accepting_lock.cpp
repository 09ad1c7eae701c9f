#include "app/accepting_lock.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace phony::app {
namespace {

/// Of the open file, not of the process: a process has several when it is a test.
bool control(int descriptor, int command, struct flock& lock)
{
    return ::fcntl(descriptor, command, &lock) == 0;
}

struct flock whole_file(int type)
{
    struct flock lock{};
    lock.l_type = static_cast<short>(type);
    lock.l_whence = SEEK_SET;
    return lock;
}

}  // namespace

AcceptingLock::AcceptingLock(const std::filesystem::path& directory, std::uint16_t port)
{
    const auto file = directory / ("accepting-" + std::to_string(port) + ".lock");
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), file.string()};
}

AcceptingLock::~AcceptingLock()
{
    ::close(descriptor_);  // the file stays: the next one may be opening it
}

void AcceptingLock::take()
{
    auto lock = whole_file(F_RDLCK);
    control(descriptor_, F_OFD_SETLK, lock);  // nobody ever takes more than a share
}

void AcceptingLock::release()
{
    auto lock = whole_file(F_UNLCK);
    control(descriptor_, F_OFD_SETLK, lock);
}

bool AcceptingLock::is_held_elsewhere() const
{
    auto lock = whole_file(F_WRLCK);
    return control(descriptor_, F_OFD_GETLK, lock) && lock.l_type != F_UNLCK;
}

}  // namespace phony::app
