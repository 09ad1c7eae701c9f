#pragma once

#include <functional>
#include <thread>

namespace phony::app {

/// SIGINT and SIGTERM: the first asks for an end, a second one insists.
///
///     StopSignals signals;                          // before any other thread
///     App app{std::move(config)};
///     signals.call([&app] { app.stop(); });
///
/// From its construction on the signals are held back in this thread and in those that it starts;
/// in a thread from before they would end the process.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// Each signal, one that is held back included, calls `stop` on a thread of its own. Once.
    void call(std::function<void()> stop);

private:
    std::thread waiting_;
};

}  // namespace phony::app
