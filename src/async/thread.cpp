#include <phony/async/thread.hpp>

#include <algorithm>
#include <cstdint>
#include <thread>

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace phony::async {
namespace {

/// Of sched_setattr(2), which this C library does not declare.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;  ///< nanoseconds; of SCHED_OTHER the length of a time slice
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

constexpr std::uint64_t short_slice = 100'000;  // the least that Linux takes
constexpr int background_nice = 10;

}  // namespace

void name_thread(const char* name)
{
    ::pthread_setname_np(::pthread_self(), name);
}

void serve_promptly()
{
    // Whoever runs the server may have chosen its niceness; it stays.
    const SchedulingAttributes attributes{.nice = ::getpriority(PRIO_PROCESS, 0),
                                          .runtime = short_slice};
    ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void stay_in_background()
{
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    ::setpriority(
        PRIO_PROCESS, thread, std::max(background_nice, ::getpriority(PRIO_PROCESS, thread)));
}

std::size_t usable_cores()
{
    ::cpu_set_t cores;
    if (::sched_getaffinity(0, sizeof cores, &cores) == 0)
        return std::max(1U, static_cast<unsigned>(CPU_COUNT(&cores)));
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace phony::async
