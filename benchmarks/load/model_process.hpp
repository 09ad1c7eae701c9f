#pragma once

#include "load/child_process.hpp"
#include "load/descriptor.hpp"
#include "load/event_loop.hpp"
#include "load/model.hpp"
#include "load/workload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace phony::bench {

/// The model in a process of its own, with descriptors of its own.
class ModelProcess : public Watcher {
public:
    /// `workload` is copied with the process.
    ModelProcess(const Workload& workload, const std::vector<int>& cores);

    /// From now on `loop` throws std::runtime_error when the model dies.
    void guard(EventLoop& loop);

    pid_t id() const { return process_.id(); }
    /// http://127.0.0.1:40123/v1
    std::string url() const;

    /// Ends it, and answers what it has seen. Throws std::runtime_error when it has died.
    ModelAccount stop();

private:
    void ready(std::uint32_t events) override;

    std::uint16_t port_ = 0;
    Descriptor control_;  ///< its end tells the model to end; then the account comes
    ChildProcess process_;
};

}  // namespace phony::bench
