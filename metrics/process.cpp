#include "metrics/process.hpp"

#include "metrics/families.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace phony::metrics {
namespace {

/// What /proc/self/stat says behind the name of the program, which may itself hold spaces and
/// brackets. Fields are counted as in proc(5).
struct Stat {
    std::uint64_t user_ticks = 0;      // field 14
    std::uint64_t system_ticks = 0;    // field 15
    std::uint64_t threads = 0;         // field 20
    std::uint64_t start_ticks = 0;     // field 22, since boot
    std::uint64_t virtual_bytes = 0;   // field 23
    std::uint64_t resident_pages = 0;  // field 24
};

std::optional<Stat> read_stat()
{
    std::ifstream file{"/proc/self/stat"};
    file.ignore(std::numeric_limits<std::streamsize>::max(), ')');
    std::istringstream fields{std::string{std::istreambuf_iterator<char>{file}, {}}};
    Stat stat;
    std::string skipped;
    const auto skip = [&](int count) {
        while (count-- > 0) fields >> skipped;
    };
    skip(11);  // 3 to 13
    fields >> stat.user_ticks >> stat.system_ticks;
    skip(4);  // 16 to 19
    fields >> stat.threads;
    skip(1);
    fields >> stat.start_ticks >> stat.virtual_bytes >> stat.resident_pages;
    if (!fields) return std::nullopt;
    return stat;
}

/// Seconds since 1970.
std::optional<double> boot_time()
{
    std::ifstream file{"/proc/stat"};
    for (std::string word; file >> word;) {
        double seconds = 0;
        if (word == "btime" && file >> seconds) return seconds;
    }
    return std::nullopt;
}

std::optional<std::size_t> open_descriptors()
{
    std::error_code ec;
    const std::filesystem::directory_iterator entries{"/proc/self/fd", ec};
    if (ec) return std::nullopt;
    // One of them is the descriptor of this very directory.
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries))) - 1;
}

}  // namespace

std::vector<prometheus::MetricFamily> process_families()
{
    std::vector<prometheus::MetricFamily> families;
    if (const auto stat = read_stat()) {
        const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
        const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
        families.push_back(
            total("process_cpu_seconds_total",
                  "User and system CPU time spent.",
                  static_cast<double>(stat->user_ticks + stat->system_ticks) / ticks));
        families.push_back(gauge("process_resident_memory_bytes",
                                 "Resident memory.",
                                 static_cast<double>(stat->resident_pages) * page));
        families.push_back(gauge("process_virtual_memory_bytes",
                                 "Virtual memory.",
                                 static_cast<double>(stat->virtual_bytes)));
        families.push_back(gauge(
            "process_threads", "Threads of the process.", static_cast<double>(stat->threads)));
        if (const auto boot = boot_time())
            families.push_back(gauge("process_start_time_seconds",
                                     "When the process started, in seconds since 1970.",
                                     *boot + static_cast<double>(stat->start_ticks) / ticks));
    }
    if (const auto open = open_descriptors())
        families.push_back(
            gauge("process_open_fds", "Descriptors that are open.", static_cast<double>(*open)));
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        families.push_back(gauge("process_max_fds",
                                 "Descriptors that may be open.",
                                 static_cast<double>(limit.rlim_cur)));
    return families;
}

}  // namespace phony::metrics
