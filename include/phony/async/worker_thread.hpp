#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/async/thread.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>
#include <utility>

namespace phony::async {

/// A thread for work that would hold an event loop up:
///
///     auto text = co_await worker.run(serialise(metrics));     // continues on its own core
///
/// One thing at a time, in the order of arrival. Whoever is cancelled meanwhile still waits for
/// what was begun. Outlives those who wait for it.
class WorkerThread {
public:
    WorkerThread()
        : thread_{[this] {
              name_thread("phony worker");
              stay_in_background();
              io_.run();
          }}
    {
    }
    ~WorkerThread()
    {
        work_.reset();
        thread_.join();
    }
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;

    template <typename T>
    awaitable<T> run(awaitable<T> work)
    {
        return asio::co_spawn(io_, std::move(work), use_awaitable);
    }

private:
    asio::io_context io_{1};
    asio::executor_work_guard<Executor> work_{io_.get_executor()};
    std::thread thread_;
};

}  // namespace phony::async
