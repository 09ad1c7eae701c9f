#pragma once

#include <functional>
#include <thread>

namespace phony::app {

/// SIGINT and SIGTERM: the first asks for an end, a second one insists. SIGHUP: files that may
/// change while the program runs are read again.
///
///     Signals signals;                              // before any other thread
///     App app{std::move(config)};
///     signals.call({.stop = [&app] { app.stop(); }, .reload = [&app] { app.reload(); }});
///
/// From its construction on the signals are held back in this thread and in those that it starts;
/// in a thread from before they would end the process.
class Signals {
public:
    struct Handlers {
        std::function<void()> stop;
        std::function<void()> reload;
    };

    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// Each signal, one that is held back included, calls its handler on a thread of its own. Once.
    void call(Handlers handlers);

private:
    std::thread waiting_;
};

}  // namespace phony::app
