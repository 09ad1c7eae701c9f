#pragma once

#include "load/child_process.hpp"
#include "load/descriptor.hpp"
#include "load/model.hpp"
#include "load/workload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace phony::bench {

/// The model in a process of its own, with descriptors of its own.
class ModelProcess {
public:
    /// `workload` is copied with the process.
    ModelProcess(const Workload& workload, const std::vector<int>& cores);

    pid_t id() const { return process_.id(); }
    /// http://127.0.0.1:40123/v1
    std::string url() const;

    /// Ends it, and answers what it has seen. Throws std::runtime_error when it has died.
    ModelAccount stop();

private:
    std::uint16_t port_ = 0;
    Descriptor control_;  ///< its end tells the model to end; then the account comes
    ChildProcess process_;
};

}  // namespace phony::bench
