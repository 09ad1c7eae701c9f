#pragma once

#include <cstdint>

#include <sys/types.h>

namespace phony::bench {

/// CPU time in seconds that a process with all its threads has used so far.
struct CpuTime {
    double all = 0;   ///< in nanoseconds' steps
    double user = 0;  ///< in ticks of usually 10 ms; system time, too
    double system = 0;

    /// Between two moments: the exact time, split as the ticks were.
    CpuTime since(const CpuTime& before) const;
};

/// Throw std::runtime_error when there is no such process.
CpuTime cpu_time(pid_t process);
/// Resident memory in bytes.
std::uint64_t resident_memory(pid_t process);

}  // namespace phony::bench
