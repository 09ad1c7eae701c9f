#include "app/signals.hpp"

#include <csignal>
#include <utility>

#include <pthread.h>

namespace phony::app {
namespace {

sigset_t our_signals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGUSR1);  // ends the waiting
    return signals;
}

}  // namespace

Signals::Signals()
{
    const sigset_t signals = our_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Signals::~Signals()
{
    if (!waiting_.joinable()) return;
    pthread_kill(waiting_.native_handle(), SIGUSR1);
    waiting_.join();
}

void Signals::call(Handlers handlers)
{
    waiting_ = std::thread{[signals = our_signals(), handlers = std::move(handlers)] {
        for (int signal = 0; sigwait(&signals, &signal) == 0 && signal != SIGUSR1;)
            signal == SIGHUP ? handlers.reload() : handlers.stop();
    }};
}

}  // namespace phony::app
