#include "load/child_process.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>

#include <spdlog/fmt/fmt.h>

#include <system_error>
#include <utility>

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace phony::bench {
namespace {

std::string describe(int status)
{
    if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
    if (const int code = WEXITSTATUS(status); code != 0)
        return fmt::format("ended with status {}", code);
    return {};
}

[[noreturn]] void become(const std::vector<int>& cores, const std::function<int()>& body)
{
    int status = EXIT_FAILURE;
    try {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing is left behind, not even by kill -9
        for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
        pin_to(cores);
        status = body();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "phony-bench: %s\n", failure.what());
    }
    _exit(status);  // the parent's objects are not ours to destroy
}

}  // namespace

void pin_to(const std::vector<int>& cores)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int core : cores) CPU_SET(core, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        throw std::system_error{errno, std::system_category(), "sched_setaffinity"};
}

PinnedTo::PinnedTo(const std::vector<int>& cores)
{
    sched_getaffinity(0, sizeof before_, &before_);
    pin_to(cores);
}

PinnedTo::~PinnedTo()
{
    sched_setaffinity(0, sizeof before_, &before_);
}

ChildProcess::ChildProcess(const std::vector<int>& cores, const std::function<int()>& body)
    : id_{fork()}
{
    if (id_ < 0) throw std::system_error{errno, std::system_category(), "fork"};
    if (id_ == 0) become(cores, body);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : id_{std::exchange(other.id_, -1)} {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept
{
    std::swap(id_, other.id_);
    return *this;
}

ChildProcess::~ChildProcess()
{
    if (running()) kill_and_reap();
}

void ChildProcess::terminate() const
{
    if (running()) kill(id_, SIGTERM);
}

std::string ChildProcess::wait(Duration patience)
{
    if (!running()) return {};
    const Descriptor process{static_cast<int>(syscall(SYS_pidfd_open, id_, 0))};
    pollfd ends{.fd = process.get(), .events = POLLIN, .revents = 0};
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
    if (poll(&ends, 1, static_cast<int>(ms)) <= 0) return {};
    int status = 0;
    waitpid(std::exchange(id_, -1), &status, 0);
    return describe(status);
}

void ChildProcess::kill_and_reap() noexcept
{
    kill(id_, SIGKILL);
    waitpid(std::exchange(id_, -1), nullptr, 0);
}

}  // namespace phony::bench
