#include "load/report/report.hpp"
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <fstream>

#include <spdlog/fmt/fmt.h>

#include <string_view>
#include <thread>

#include <sys/utsname.h>

namespace phony::bench {
namespace {

/// What stands behind `key` in the first line of the file that begins with it, without quotes,
/// blanks and the colon; empty when there is none.
std::string value_of(const char* path, std::string_view key)
{
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(key)) continue;
        constexpr std::string_view around = " \t:=\"";
        const std::size_t begin = line.find_first_not_of(around, key.size());
        if (begin == std::string::npos) return {};
        return line.substr(begin, line.find_last_not_of(around) - begin + 1);
    }
    return {};
}

}  // namespace

Circumstances this_machine(const Placement& placement)
{
    utsname kernel{};
    uname(&kernel);
    return {fmt::format("{}, {} {}, {} × {}",
                        value_of("/etc/os-release", "PRETTY_NAME"),
                        std::string_view{kernel.sysname},
                        std::string_view{kernel.release},
                        std::thread::hardware_concurrency(),
                        value_of("/proc/cpuinfo", "model name")),
            to_iso8601(std::chrono::system_clock::now()),
            to_text(placement)};
}

}  // namespace phony::bench
