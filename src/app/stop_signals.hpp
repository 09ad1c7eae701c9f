#pragma once

#include <functional>
#include <thread>

namespace phony::app {

/// SIGINT and SIGTERM, each of which calls `stop` on a thread of its own: the first asks for an
/// end, a second one insists. Made before other threads start, so that all of them leave the
/// signals alone.
class StopSignals {
public:
    explicit StopSignals(std::function<void()> stop);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

private:
    std::thread waiting_;
};

}  // namespace phony::app
