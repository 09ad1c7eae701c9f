#include "app/app.hpp"

#include "app/accepting_lock.hpp"
#include "app/core_thread.hpp"
#include "app/event_log.hpp"
#include "app/wiring.hpp"
#include "documents/documents.hpp"
#include "hub/calls.hpp"
#include "log/log.hpp"
#include "server/listener.hpp"
#include "server/services.hpp"
#include "server/tls.hpp"
#include "simulator/model_server.hpp"
#include "simulator/simulated_caller.hpp"
#include "store/history.hpp"
#include <phony/async/task_group.hpp>
#include <phony/async/worker_thread.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace ssl = boost::asio::ssl;

constexpr auto farewell_limit = 1s;
constexpr auto answer_limit = 5s;
constexpr auto glance = 50ms;  ///< how often one who waits for the last of them looks about
constexpr auto stuck_after = 2min;
constexpr auto longest_line = 5s;  ///< that calls wait in to be placed

constexpr std::string_view transfer_apology =
    "I'm sorry, I could not connect you. Please call again later. Goodbye.";

server::Listener listener_of(const Config& config, const async::Executor& executor)
{
    if (config.listening_socket) return {executor, *config.listening_socket};
    return {executor, config.bind, config.port};
}

struct SilentObserver final : simulator::CallObserver {};

async::awaitable<void> play(simulator::CallPlan plan,
                            std::shared_ptr<std::atomic<std::size_t>> playing)
{
    SilentObserver observer;
    const auto outcome = co_await simulator::place_call(std::move(plan), observer);
    --*playing;
    for (const std::string& problem : outcome.errors) {
        log::warn("simulated caller", {{"callSid", outcome.call_sid}, {"problem", problem}});
    }
}

}  // namespace

struct App::Impl {
    Impl(Config given, ServiceManager service_manager)
        : config{std::move(given)},
          manager{std::move(service_manager)},
          model_tls{client_tls()},
          tls{server_tls(config)},
          events{config.event_bounds},
          metrics{identity_of(config), [this] { return standing(); }},
          history{{.directory = config.data_directory, .keep = config.history_days}, metrics},
          listener{listener_of(config, main.get_executor())},
          model_url{config.model.base_url},
          services{.policy = policy_of(config),
                   .limits = config.limits,
                   .chat_request = openai::ChatRequest{{.model = config.model.model,
                                                        .system_prompt = config.system_prompt,
                                                        .extra_body = config.model.extra_body}},
                   .speech_request = openai::SpeechRequest{{.model = config.model.speech_model,
                                                            .voice = config.model.voice}},
                   .speech_lead = config.speech_lead,
                   .recordings_directory = recordings_of(config),
                   .relay = relay_options(config, listener.port()),
                   .signatures = {config.twilio_auth_tokens, config.public_url(listener.port())},
                   .relay_tokens = relay_tokens_of(config),
                   .account_sid = config.twilio_account_sid,
                   .production = config.environment == Environment::production,
                   .access = access_of(config, listener.port()),
                   .max_connections = max_connections(config),
                   .places = server::Places{places_for_each(config)},
                   .proxies = config.trusted_proxies,
                   .max_calls = config.max_calls,
                   .event_rate = config.event_rate,
                   .outbound = {.caller_id = config.caller_id,
                                .allowed = config.outbound,
                                .per_second = config.calls_per_second,
                                .pace = Guarded{Pace{config.calls_per_second, longest_line}}},
                   .overflow_sentence = config.overflow_sentence,
                   .overflow_number = config.overflow_number,
                   .transfer_apology = std::string{transfer_apology},
                   .simulated_model = config.model.simulated,
                   .tls = tls.get(),
                   .simulate = {},
                   .calls = calls,
                   .placed = placed,
                   .events = events,
                   .audio = audio,
                   .history = history,
                   .metrics = metrics,
                   .worker = worker,
                   .started = Clock::now(),
                   .event_loops_tick = [this] { return event_loops_tick(); },
                   .model_reachable = [this] { return model_reachable(); }}
    {
        if (config.listening_socket) accepting.emplace(config.data_directory, listener.port());
        events.watch(
            [this](const api::EventStamp&, const call::Event& event) { metrics.observe(event); });
        events.watch(log_event);
        events.watch([this](const api::EventStamp& stamp, const call::Event& event) {
            history.record(stamp, event);
        });
        if (config.environment == Environment::development) {
            services.simulate = [this](const api::SimulateRequest& request) {
                return simulate(request);
            };
        }

        if (config.model.simulated) {
            scripted_model = std::make_unique<simulator::ModelServer>(main.get_executor(),
                                                                      config.model.simulated_pace);
            model_url = scripted_model->base_url();
        }
        const auto settings = model_settings(config, model_url);
        const auto account = account_of(config, services.relay.public_url);
        for (std::size_t core = 0; core < threads_of(config); ++core) {
            cores.push_back(
                std::make_unique<CoreThread>(core, services, settings, account, model_tls));
        }
    }

    /// For a scrape.
    metrics::Standing standing() const
    {
        metrics::Standing now{.active_calls = calls.size(),
                              .stuck_calls = events.calls_quiet_since(Clock::now() - stuck_after),
                              .calls_dialing = placed.size(),
                              .viewers = events.viewers(),
                              .queued_events = events.queued_events(),
                              .draining = services.draining,
                              .certificate_expires = tls ? std::optional{tls->current()->expires}
                                                         : std::nullopt,
                              .log_lines_dropped = log::dropped_lines()};
        now.cores.reserve(cores.size());
        for (const auto& core : cores) {
            const auto model = core->model_connections();
            now.cores.push_back({.open_sockets = core->core().load,
                                 .model_connections_idle = model.idle,
                                 .model_connections_in_use = model.in_use,
                                 .model_connections_opened = model.opened,
                                 .model_connection_failures = model.failed,
                                 .model_connection_waits = model.waited});
        }
        return now;
    }

    bool event_loops_tick() const
    {
        const auto now = Clock::now();
        return std::ranges::all_of(cores, [now](const auto& core) { return core->ticks(now); });
    }

    bool model_reachable() const
    {
        return std::ranges::all_of(cores, [](const auto& core) { return core->model_reachable(); });
    }

    Result<std::string> simulate(const api::SimulateRequest& request)
    {
        auto plan = simulated_call(config, listener.port(), request);
        if (!plan) return plan.error();
        plan->seed = ++simulated;
        std::string call_sid = plan->call_sid;
        CoreThread& core = *cores[simulated % cores.size()];
        ++*playing;
        boost::asio::post(core.executor(),
                          [&core, plan = std::move(*plan), playing = playing]() mutable {
                              core.simulations().spawn(play(std::move(plan), std::move(playing)));
                          });
        return call_sid;
    }

    /// For someone on this machine.
    std::string own_url() const
    {
        return (tls ? "https://localhost:" : "http://localhost:") + std::to_string(listener.port());
    }

    /// Not from this machine alone: in production a proxy stands before it.
    bool is_reachable() const
    {
        return config.environment == Environment::production ||
               !boost::asio::ip::make_address(config.bind).is_loopback();
    }

    void announce() const
    {
        log::info("listening",
                  {{"address", listener.address()},
                   {"port", listener.port()},
                   {"tls", tls != nullptr},
                   {"publicUrl", services.relay.public_url},
                   {"environment",
                    config.environment == Environment::production ? "production" : "development"},
                   {"twimlProfile",
                    config.relay.profile == twilio::TwimlProfile::twilio ? "twilio" : "reference"},
                   {"signatures", services.signatures.enabled()},
                   {"model",
                    config.model.simulated ? std::string_view{"simulated"}
                                           : std::string_view{config.model.model}},
                   {"modelUrl", model_url},
                   {"threads", cores.size()}});
        if (services.access.supervisors.open() && is_reachable()) {
            log::warn(
                "anyone who reaches this address can step into calls: set PHONY_SUPERVISOR_TOKENS");
        }
        if (config.model.simulated) {
            log::info("the model is simulated; OPENAI_API_KEY or OPENAI_BASE_URL name a real one");
            log::info("try it: build/release/phony simulate --url " + own_url());
        }
        if (documents::has_dashboard()) {
            log::info("open " + (is_reachable() ? services.relay.public_url : own_url()) +
                      "/dashboard/");
        }
        for (const GivenSetting& setting : config.given) {
            log::info("setting",
                      {{"name", setting.name},
                       {"value", log::redact_numbers_in(setting.value)},
                       {"source", setting.source}});
        }
    }

    /// Each of them proves that the event loops turn, which is what the watchdog wants to know.
    async::awaitable<void> assure_manager()
    {
        const Duration interval = manager.watchdog() / 2;
        if (interval == Duration::zero()) co_return;
        async::Timer pause{main.get_executor()};
        for (;;) {
            if (event_loops_tick()) manager.tell("WATCHDOG=1");
            pause.expires_after(interval);
            if (auto [stopped] = co_await pause.async_wait(async::as_result); stopped) co_return;
        }
    }

    /// Looks about now and then for as long as that is so, and not longer than `limit`.
    async::awaitable<void> wait_while(std::function<bool()> is_so, Duration limit)
    {
        const auto until = Clock::now() + limit;
        async::Timer pause{main.get_executor()};
        while (is_so() && Clock::now() < until) {
            pause.expires_after(glance);
            co_await pause.async_wait(async::as_result);
        }
    }

    /// They are told why, unless they do not listen.
    async::awaitable<void> dismiss_viewers()
    {
        events.dismiss_viewers();
        co_await wait_while([this] { return events.viewers() > 0; }, farewell_limit);
    }

    /// Where the socket is shared, new connections are left to whoever accepts calls on it. A
    /// successor may start late, or die.
    void make_way()
    {
        const bool succeeded = accepting && accepting->is_held_elsewhere();
        if (succeeded != services.succeeded)
            log::info(succeeded ? "another process takes new calls"
                                : "no other process takes new calls any more");
        services.succeeded = succeeded;
        if (succeeded) {
            listener.pause();
        } else {
            listener.resume();
        }
    }

    /// Whatever has no socket yet, or no more, will find one at the successor.
    bool has_calls() const
    {
        return calls.size() > 0 || (!services.succeeded && calls.expected(Clock::now()) > 0);
    }

    std::size_t unanswered() const
    {
        std::size_t connections = 0;
        for (const auto& core : cores) connections += core->core().unanswered;
        return connections;
    }

    async::awaitable<void> wait_for_last_call()
    {
        const auto goes_on = [this] {
            make_way();
            if (!has_calls() || forced) return false;
            manager.tell("EXTEND_TIMEOUT_USEC=10000000\nSTATUS=Waiting for " +
                         std::to_string(calls.size()) + " calls to end");
            return true;
        };
        co_await wait_while(goes_on, config.drain_timeout);
        if (calls.size() > 0) log::warn("cutting calls off", {{"activeCalls", calls.size()}});
    }

    /// On the main thread, from the first stop on.
    async::awaitable<void> drain()
    {
        log::info("draining", {{"activeCalls", calls.size()}});
        manager.tell("STOPPING=1");
        if (accepting) accepting->release();
        make_way();  // first: a webhook that finds us draining must know what to say
        services.draining = true;
        co_await wait_for_last_call();
        placed.end_all("shutdown");
        listener.pause();
        co_await wait_while([this] { return unanswered() > 0 && !forced; }, answer_limit);
        listener.stop();
        co_await dismiss_viewers();
        for (const auto& core : cores) core->finish();
        for (const auto& core : cores) core->join();
        history.stop();
        if (scripted_model) scripted_model->stop();
        watchdog.cancel();
    }

    void stop()
    {
        boost::asio::post(main, [this] {
            if (std::exchange(stopping, true)) {
                forced = true;
            } else {
                tasks.spawn(drain());
            }
        });
    }

    /// On the main thread.
    void read_certificate_again()
    {
        if (!tls) {
            log::info("nothing to read again: no certificate is set");
        } else if (const auto problem = tls->reload()) {
            log::warn("the certificate stays as it was", {{"why", *problem}});
        } else {
            log::info("the certificate was read again",
                      {{"expires", to_iso8601(tls->current()->expires)}});
        }
    }

    void reload()
    {
        boost::asio::post(main, [this] { read_certificate_again(); });
    }

    ~Impl() { history.stop(); }  // before the event loops that it answers to
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Config config;
    ServiceManager manager;
    boost::asio::io_context main{1};
    ssl::context model_tls;
    std::unique_ptr<server::Tls> tls;
    hub::Calls calls;
    hub::EventHub events;
    hub::AudioFeed audio;
    metrics::Metrics metrics;
    async::WorkerThread worker;
    store::History history;
    hub::PlacedCalls placed{
        calls, events, [this](std::string_view outcome) { metrics.call_placed(outcome); }};
    server::Listener listener;
    std::optional<AcceptingLock> accepting;  ///< when the socket is one that others may share
    std::string model_url;
    server::Services services;
    std::unique_ptr<simulator::ModelServer> scripted_model;
    std::vector<std::unique_ptr<CoreThread>> cores;
    async::TaskGroup tasks{main.get_executor(), [](const std::exception_ptr& failure) {
                               std::rethrow_exception(failure);
                           }};
    async::TaskGroup watchdog{main.get_executor(), [](const std::exception_ptr& failure) {
                                  std::rethrow_exception(failure);
                              }};
    std::atomic<std::size_t> simulated = 0;
    std::shared_ptr<std::atomic<std::size_t>> playing =
        std::make_shared<std::atomic<std::size_t>>(0);
    std::atomic<bool> ready = false;
    bool stopping = false;
    bool forced = false;
};

App::App(Config config, ServiceManager manager)
    : impl_{std::make_unique<Impl>(std::move(config), std::move(manager))}
{
}
App::~App() = default;

std::uint16_t App::port() const
{
    return impl_->listener.port();
}

void App::watch(hub::EventHub::Watcher watcher)
{
    impl_->events.watch_with_tokens(std::move(watcher));
}

void App::run()
{
    std::vector<server::Core*> cores;
    for (const auto& core : impl_->cores) cores.push_back(&core->core());
    for (const auto& core : impl_->cores) core->start();
    if (impl_->scripted_model) impl_->tasks.spawn(impl_->scripted_model->run());
    impl_->tasks.spawn(impl_->listener.run(impl_->services, cores));
    impl_->watchdog.spawn(impl_->assure_manager());
    impl_->announce();
    if (auto& accepting = impl_->accepting) accepting->take();
    impl_->manager.tell("READY=1\nSTATUS=Taking calls");
    impl_->ready = true;
    impl_->main.run();
}

bool App::ready() const
{
    return impl_->ready;
}

void App::stop()
{
    impl_->stop();
}

void App::reload()
{
    impl_->reload();
}

App::Figures App::figures() const
{
    Figures figures{.active_calls = impl_->calls.size(), .simulated_calls = *impl_->playing};
    for (const auto& core : impl_->cores) {
        figures.connections += core->core().load;
        figures.model_connections_in_use += core->model_connections().in_use;
    }
    return figures;
}

std::string App::metrics() const
{
    return impl_->metrics.serialise();
}

}  // namespace phony::app
