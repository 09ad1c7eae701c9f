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

StopSignals::StopSignals(std::function<void()> stop)
{
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    waiting_ = std::thread{[signals, stop = std::move(stop)] {
        for (int signal = 0; sigwait(&signals, &signal) == 0 && signal != SIGUSR1;) stop();
    }};
}

StopSignals::~StopSignals()
{
    pthread_kill(waiting_.native_handle(), SIGUSR1);
    waiting_.join();
}

}  // namespace phony::app
