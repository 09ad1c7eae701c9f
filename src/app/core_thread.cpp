#include "app/core_thread.hpp"

#include "log/log.hpp"
#include <phony/async/log_exception.hpp>
#include <phony/async/thread.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <chrono>

namespace phony::app {
namespace {

using namespace std::chrono_literals;
using async::as_result;
using Clock = std::chrono::steady_clock;

constexpr auto heartbeat = 1s;
constexpr auto pulse = 100ms;
constexpr auto silence = 5s;

}  // namespace

CoreThread::CoreThread(std::size_t index,
                       server::Services& services,
                       const clients::ModelSettings& model,
                       const std::optional<clients::TwilioAccount>& account,
                       boost::asio::ssl::context& model_tls)
    : index_{index},
      work_{io_.get_executor()},
      model_{io_.get_executor(), model, model_tls},
      speech_{io_.get_executor(), model, services.speech_request, model_tls},
      telephone_{
          account ? std::make_unique<clients::TwilioClient>(io_.get_executor(), *account, model_tls)
                  : nullptr},
      core_{.executor = io_.get_executor(),
            .services = services,
            .model = model_,
            .speech = speech_,
            .telephone = telephone_.get(),
            .connections = {io_.get_executor(), async::log_exceptions_of("connection")},
            .write_watch = server::WriteWatch{services.limits.write},
            .viewers = async::Background{io_.get_executor()}},
      simulations_{io_.get_executor(), async::log_exceptions_of("simulated call")},
      own_{io_.get_executor(), async::log_exceptions_of("heartbeat")},
      heart_{io_.get_executor()},
      pulse_{io_.get_executor()},
      clock_watch_{std::chrono::system_clock::now(), Clock::now()},
      last_beat_{Clock::now().time_since_epoch().count()}
{
}

CoreThread::~CoreThread()
{
    io_.stop();  // when the program fails, nobody has wound it up
    join();
}

void CoreThread::start()
{
    own_.spawn(beat());
    own_.spawn(measure_lag());
    thread_ = std::thread{[this] {
        async::name_thread("phony core");
        async::serve_promptly();
        io_.run();
    }};
}

void CoreThread::join()
{
    if (thread_.joinable()) thread_.join();
}

/// What a core does once a second.
async::awaitable<void> CoreThread::beat()
{
    for (;;) {
        const auto now = Clock::now();
        last_beat_ = now.time_since_epoch().count();
        core_.write_watch.sweep(now);
        core_.services.calls.forget_expired(now);
        core_.services.placed.give_up_silent(now);
        core_.services.events.forget_expired(now);
        note_model();
        note_clock();

        heart_.expires_after(heartbeat);
        if (auto [stopped] = co_await heart_.async_wait(as_result); stopped) co_return;
    }
}

/// The first core looks for all of them.
void CoreThread::note_clock()
{
    if (index_ != 0) return;
    if (const auto step = clock_watch_.look(std::chrono::system_clock::now(), Clock::now()))
        log::warn("the wall clock was set; calls go on by the steady one",
                  {{"seconds", step->count()}});
}

/// Whatever holds the loop up, holds the tokens of every call on this core up.
async::awaitable<void> CoreThread::measure_lag()
{
    for (;;) {
        pulse_.expires_after(pulse);
        if (auto [stopped] = co_await pulse_.async_wait(as_result); stopped) co_return;
        core_.services.metrics.event_loop_lagged(index_, Clock::now() - pulse_.expiry());
    }
}

void CoreThread::note_model()
{
    const auto before = model_connections();
    const auto figures = model_.figures();
    if (figures.opened != before.opened || figures.in_use != 0) {
        model_reachable_ = true;
    } else if (figures.failed != before.failed) {
        model_reachable_ = false;
    }
    model_figures_.with([&](auto& known) { known = figures; });
}

void CoreThread::finish()
{
    boost::asio::post(io_, [this] { co_spawn(io_, wind_up(), boost::asio::detached); });
}

async::awaitable<void> CoreThread::wind_up()
{
    simulations_.cancel();
    core_.connections.cancel();
    co_await simulations_.drained();
    co_await core_.connections.drained();
    note_model();  // what was still in use when nobody was left to use it
    model_.close();
    speech_.close();
    if (telephone_) telephone_->close();
    own_.cancel();
    co_await own_.drained();
    work_.reset();
}

bool CoreThread::ticks(TimePoint now) const
{
    return now.time_since_epoch() - Duration{last_beat_.load()} < silence;
}

}  // namespace phony::app
