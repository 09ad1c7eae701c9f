#include "app/descriptors.hpp"

#include <algorithm>
#include <limits>

#include <sys/resource.h>

namespace phony::app {
namespace {

constexpr std::size_t files = 64;  // the log, the history, event loops, recordings
constexpr std::size_t most_connections = 20'000;

}  // namespace

void raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::numeric_limits<std::size_t>::max();
    return limit.rlim_cur;
}

std::size_t connections_for(std::size_t descriptors, std::size_t model_connections)
{
    // Each call has a connection to the model while it speaks, and one to us all the time: with few
    // descriptors both get half of them.
    const std::size_t others = std::min(model_connections + files, descriptors / 2);
    return std::clamp<std::size_t>(descriptors - others, 1, most_connections);
}

}  // namespace phony::app
