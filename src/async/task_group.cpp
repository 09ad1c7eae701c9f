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

    class Member;
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

/// A task's place in its group. Without memory for its completion it is dropped by Asio, and leaves
/// all the same.
class TaskGroup::State::Member {
public:
    Member(std::shared_ptr<State> state, std::list<asio::cancellation_signal>::iterator signal)
        : state_{std::move(state)}, signal_{signal}
    {
    }
    Member(Member&& other) noexcept
        : state_{std::exchange(other.state_, nullptr)}, signal_{other.signal_}
    {
    }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    Member& operator=(Member&&) = delete;
    ~Member()
    {
        if (state_) leave();
    }

    void operator()(std::exception_ptr failure)
    {
        const auto state = std::move(state_);
        leave(*state);
        if (failure && !is_cancellation(failure)) state->on_exception(std::move(failure));
    }

private:
    void leave(State& state)
    {
        state.running.erase(signal_);
        if (state.running.empty()) state.empty.notify_all();
    }
    void leave() noexcept { leave(*state_); }

    std::shared_ptr<State> state_;
    std::list<asio::cancellation_signal>::iterator signal_;
};

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
    co_spawn(state_->executor,
             std::move(task),
             asio::bind_cancellation_slot(signal->slot(), State::Member{state_, signal}));
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
