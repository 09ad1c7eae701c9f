#pragma once

#include "load/descriptor.hpp"
#include <phony/base/timestamp.hpp>

#include <functional>
#include <string>
#include <vector>

#include <sched.h>
#include <sys/types.h>

namespace phony::bench {

/// A process that was forked off and ends with its owner, or with this program, however that ends.
class ChildProcess {
public:
    ChildProcess() = default;
    /// Pinned to `cores`, it does what `body` says and exits with its answer. No thread may run
    /// besides the one that forks. Throws std::system_error.
    ChildProcess(const std::vector<int>& cores, const std::function<int()>& body);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ~ChildProcess();

    pid_t id() const { return id_; }

    /// Asks it to end (SIGTERM).
    void terminate() const;
    /// How it ended, as a clause ("was ended by signal 11"), and empty when it was by itself, with
    /// 0, or when it is running() still after `patience`.
    std::string wait(Duration patience);
    bool running() const { return id_ > 0; }

private:
    void kill_and_reap() noexcept;

    pid_t id_ = -1;
};

/// The cores on which this thread, and what it starts, may run.
void pin_to(const std::vector<int>& cores);

/// The same for as long as this lives.
class PinnedTo {
public:
    explicit PinnedTo(const std::vector<int>& cores);
    ~PinnedTo();
    PinnedTo(const PinnedTo&) = delete;
    PinnedTo& operator=(const PinnedTo&) = delete;

private:
    cpu_set_t before_{};
};

}  // namespace phony::bench
