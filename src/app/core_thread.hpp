#pragma once

#include "app/clock_watch.hpp"
#include "clients/openai_client.hpp"
#include "clients/speech_client.hpp"
#include "clients/twilio_client.hpp"
#include "server/services.hpp"
#include <phony/async/task_group.hpp>
#include <phony/base/guarded.hpp>
#include <phony/base/timestamp.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>

namespace phony::app {

/// One core: an io_context with one thread, and all that lives on it.
class CoreThread {
public:
    /// `index`: its name in metrics.
    CoreThread(std::size_t index,
               server::Services& services,
               const clients::ModelSettings& model,
               const std::optional<clients::TwilioAccount>& account,
               boost::asio::ssl::context& model_tls);
    ~CoreThread();
    CoreThread(const CoreThread&) = delete;
    CoreThread& operator=(const CoreThread&) = delete;

    void start();

    /// Any thread: cuts everything that still runs, then lets the thread end.
    void finish();
    void join();

    async::Executor executor() { return io_.get_executor(); }
    server::Core& core() { return core_; }
    async::TaskGroup& simulations() { return simulations_; }

    /// The event loop has turned within the last five seconds.
    bool ticks(TimePoint now) const;
    /// The model has answered, or nobody has tried.
    bool model_reachable() const { return model_reachable_; }
    /// As of at most a second ago.
    clients::ConnectionPool::Figures model_connections() const
    {
        return model_figures_.with([](const auto& figures) { return figures; });
    }

private:
    async::awaitable<void> beat();
    async::awaitable<void> measure_lag();
    async::awaitable<void> wind_up();
    void note_model();
    void note_clock();

    std::size_t index_;
    boost::asio::io_context io_{1};
    std::optional<boost::asio::executor_work_guard<async::Executor>> work_;
    clients::ModelClient model_;
    clients::SpeechClient speech_;
    std::unique_ptr<clients::TwilioClient> telephone_;  ///< null without an account
    server::Core core_;
    async::TaskGroup simulations_;
    async::TaskGroup own_;
    async::Timer heart_;
    async::Timer pulse_;
    ClockWatch clock_watch_;
    std::thread thread_;

    // Read by other threads.
    std::atomic<TimePoint::rep> last_beat_;
    std::atomic<bool> model_reachable_ = true;
    Guarded<clients::ConnectionPool::Figures> model_figures_;
};

}  // namespace phony::app
