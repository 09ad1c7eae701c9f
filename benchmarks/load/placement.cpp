#include "load/workload.hpp"

#include <algorithm>
#include <stdexcept>

#include <sched.h>

namespace phony::bench {
namespace {

/// Which this process may use: a container or taskset may have taken some.
std::vector<int> allowed_cores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    std::vector<int> cores;
    cores.reserve(static_cast<std::size_t>(CPU_COUNT(&set)));
    for (int core = 0; core < CPU_SETSIZE; ++core)
        if (CPU_ISSET(core, &set)) cores.push_back(core);
    return cores;
}

}  // namespace

Placement Placement::choose(const std::optional<std::vector<int>>& server)
{
    const auto allowed = allowed_cores();
    Placement placement;
    placement.server = server ? *server : std::vector{allowed.at(0)};
    for (const int core : placement.server) {
        if (std::ranges::find(allowed, core) == allowed.end())
            throw std::runtime_error{"this process may not use core " + std::to_string(core)};
    }
    std::ranges::copy_if(allowed, std::back_inserter(placement.load), [&](int core) {
        return std::ranges::find(placement.server, core) == placement.server.end();
    });
    if (placement.load.empty()) placement.load = allowed;
    return placement;
}

}  // namespace phony::bench
