#pragma once

#include <cstddef>

/// What a thread tells the kernel of itself; each function speaks for the calling thread. All are
/// best effort: where the kernel refuses, nothing else changes.
namespace phony::async {

/// Its name in `top -H`, `perf` and core dumps: 15 characters at most.
void name_thread(const char* name);

/// For a thread that calls depend on: when it is woken, it does not wait for the end of another's
/// time slice, which is milliseconds long. (Linux 6.12 and newer; older ones ignore it.)
void serve_promptly();

/// For a thread that no call waits for: on a core that calls keep busy it gets about a tenth.
void stay_in_background();

/// How many cores the process may use: fewer than the machine has when it is pinned.
std::size_t usable_cores();

}  // namespace phony::async
