#include "app/stop_signals.hpp"

#include <csignal>
#include <utility>

#include <pthread.h>

namespace phony::app {
namespace {

sigset_t stop_signals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGUSR1);  // ends the waiting
    return signals;
}

}  // namespace

StopSignals::StopSignals()
{
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StopSignals::~StopSignals()
{
    if (!waiting_.joinable()) return;
    pthread_kill(waiting_.native_handle(), SIGUSR1);
    waiting_.join();
}

void StopSignals::call(std::function<void()> stop)
{
    waiting_ = std::thread{[signals = stop_signals(), stop = std::move(stop)] {
        for (int signal = 0; sigwait(&signals, &signal) == 0 && signal != SIGUSR1;) stop();
    }};
}

}  // namespace phony::app
