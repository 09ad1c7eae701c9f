#include <phony/async/task_group.hpp>

#include <phony/async/condition.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>

#include <list>
#include <utility>

namespace phony::async {

struct TaskGroup::State {
    Executor executor;
    OnException on_exception;
    std::list<asio::cancellation_signal>
        running;  ///< one for each task; a list keeps them in place
    Condition empty{executor};
};

bool is_cancellation(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const asio::multiple_exceptions& several) {
        return is_cancellation(several.first_exception());
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

TaskGroup::TaskGroup(const Executor& executor, OnException on_exception)
    : state_{std::make_shared<State>(executor, std::move(on_exception))}
{
}

TaskGroup::~TaskGroup()
{
    cancel();
}

void TaskGroup::spawn(awaitable<void> task)
{
    const auto signal = state_->running.emplace(state_->running.end());
    auto done = [state = state_, signal](std::exception_ptr failure) {
        state->running.erase(signal);
        if (state->running.empty()) state->empty.notify_all();
        if (failure && !is_cancellation(failure)) state->on_exception(std::move(failure));
    };
    co_spawn(state_->executor,
             std::move(task),
             asio::bind_cancellation_slot(signal->slot(), std::move(done)));
}

void TaskGroup::cancel()
{
    // Completions are posted, never run inside emit(), so the list does not change under our feet.
    for (auto& task : state_->running) task.emit(asio::cancellation_type::terminal);
}

std::size_t TaskGroup::size() const
{
    return state_->running.size();
}

awaitable<void> TaskGroup::drained()
{
    while (!state_->running.empty()) co_await state_->empty.wait();
}

}  // namespace phony::async
