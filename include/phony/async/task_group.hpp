#pragma once

#include <phony/async/awaitable.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

namespace phony::async {

/// Coroutines that run beside their owner and end before it does. Used on one thread.
///
///     TaskGroup sessions{io.get_executor(), log_exception};
///     sessions.spawn(serve(std::move(socket)));     // a named function, its parameters by value
///     …
///     sessions.cancel();                            // hard: what they await is aborted
///     co_await sessions.drained();
///
/// An exception ends only its own task and is handed to the callback; being cancelled is no
/// exception. Destroying the group cancels what still runs, without waiting for it.
class TaskGroup {
public:
    using OnException = std::function<void(std::exception_ptr)>;

    TaskGroup(const Executor& executor, OnException on_exception);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    void spawn(awaitable<void> task);

    /// Asks every task that runs now to stop. Tasks may be spawned afterwards.
    void cancel();

    /// How many tasks run.
    std::size_t size() const;

    /// Completes when no task runs.
    awaitable<void> drained();

private:
    struct State;
    std::shared_ptr<State> state_;  ///< shared with the tasks' completions, which may come later
};

/// Whether a task ended because it was told to. `a() && b()` wraps what its branches throw.
bool is_cancellation(const std::exception_ptr& failure);

}  // namespace phony::async
