#include "load/process_usage.hpp"

#include <ctime>
#include <fstream>

#include <spdlog/fmt/fmt.h>

#include <sstream>
#include <stdexcept>
#include <string>

#include <unistd.h>

namespace phony::bench {
namespace {

std::string read_proc(pid_t process, const char* name)
{
    const std::ifstream file{fmt::format("/proc/{}/{}", process, name)};
    std::stringstream text;
    text << file.rdbuf();
    if (text.str().empty()) throw std::runtime_error{fmt::format("process {} has ended", process)};
    return text.str();
}

}  // namespace

CpuTime CpuTime::since(const CpuTime& before) const
{
    const double ticks_user = user - before.user;
    const double ticks = ticks_user + system - before.system;
    CpuTime used;
    used.all = all - before.all;
    used.user = ticks > 0 ? used.all * ticks_user / ticks : 0;
    used.system = used.all - used.user;
    return used;
}

CpuTime cpu_time(pid_t process)
{
    CpuTime time;
    clockid_t clock{};
    timespec exact{};
    if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &exact) != 0)
        throw std::runtime_error{fmt::format("process {} has ended", process)};
    time.all = static_cast<double>(exact.tv_sec) + static_cast<double>(exact.tv_nsec) * 1e-9;

    // utime and stime are the 14th and 15th field; the second, the name, may hold spaces.
    const std::string stat = read_proc(process, "stat");
    std::istringstream fields{stat.substr(stat.rfind(')') + 1)};
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    fields >> time.user >> time.system;
    const auto ticks_a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    time.user /= ticks_a_second;
    time.system /= ticks_a_second;
    return time;
}

std::uint64_t resident_memory(pid_t process)
{
    // smaps_rollup walks the page tables; statm's counters lag by up to 64 pages a thread.
    std::istringstream rollup{read_proc(process, "smaps_rollup")};
    for (std::string word; rollup >> word;) {
        std::uint64_t kilobytes = 0;
        if (word == "Rss:" && rollup >> kilobytes) return kilobytes * 1024;
    }
    throw std::runtime_error{fmt::format("/proc/{}/smaps_rollup does not tell Rss", process)};
}

}  // namespace phony::bench
