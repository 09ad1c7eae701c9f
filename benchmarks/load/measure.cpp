#include "load/callers.hpp"
#include "load/event_loop.hpp"
#include "load/measurement.hpp"
#include "load/model_process.hpp"
#include "load/process_usage.hpp"
#include "load/server_process.hpp"
#include "load/tls_files.hpp"
#include "load/working_directory.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <optional>

#include <spdlog/fmt/fmt.h>

#include <stdexcept>

#include <sys/resource.h>
#include <unistd.h>

namespace phony::bench {
namespace {

using std::chrono::milliseconds;

/// For what a server does by itself once calls are connected, such as opening connections.
constexpr auto settling = milliseconds{500};

void check(const ServerSpec& server, const Workload& workload)
{
    const auto refuse = [](const std::string& why) { throw std::runtime_error{why}; };
    if (workload.tls && !server.is_phony()) refuse(server.label + " has no TLS");
    const Faults& faults = workload.faults;
    if (faults.refused + faults.cut + faults.late > 1)
        refuse("the faults are more than all requests");
    if (workload.pace == Pace::human && workload.period <= workload.reply_length())
        refuse("at human pace the period must be longer than a reply takes");
    if (workload.calls == 0 || workload.tokens == 0) refuse("there must be calls and tokens");
}

/// As many descriptors as the machine allows, for this process and those that it starts.
void raise_descriptor_limit(unsigned calls)
{
    constexpr rlim_t others = 100;  // pipes, files, listeners, spare connections
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < calls + others)
        throw std::runtime_error{
            fmt::format("{} calls need more than the {} descriptors that this "
                        "machine allows a process (ulimit -Hn)",
                        calls,
                        limit.rlim_cur)};
}

/// Every call has had a turn before the window begins.
Duration warmup_of(const Workload& workload)
{
    return workload.pace == Pace::human ? std::max(workload.warmup, workload.period)
                                        : std::max(workload.warmup, workload.reply_length());
}

struct Clocks {
    TimePoint at;
    CpuTime server;
    CpuTime callers;
    CpuTime model;
};

Clocks read_clocks(const ServerProcess& server, const ModelProcess& model)
{
    return {std::chrono::steady_clock::now(),
            cpu_time(server.id()),
            cpu_time(getpid()),
            cpu_time(model.id())};
}

double seconds(Duration duration)
{
    return std::chrono::duration<double>{duration}.count();
}

void put_usage(Measurement& result, const Clocks& begin, const Clocks& end)
{
    const CpuTime server = end.server.since(begin.server);
    result.window_seconds = seconds(end.at - begin.at);
    result.cost.cpu_seconds = server.all;
    result.cost.user_seconds = server.user;
    result.cost.system_seconds = server.system;
    result.load.callers = end.callers.since(begin.callers).all / result.window_seconds;
    result.load.model = end.model.since(begin.model).all / result.window_seconds;
}

void put_heard(Measurement& result, CallersAccount& account)
{
    result.turns = account.turns;
    result.tokens = account.tokens;
    result.frames = account.frames;
    result.samples(Stage::token_to_frame) = std::move(account.token_to_frame);
    result.samples(Stage::prompt_to_first_frame) = std::move(account.prompt_to_first_frame);
    result.samples(Stage::callers_late) = std::move(account.lateness);
}

/// Of what the model has seen, what belongs to turns that count.
Samples within(const Window& window, const std::vector<ModelSample>& samples)
{
    Samples result;
    result.reserve(samples.size());
    for (const ModelSample& sample : samples)
        if (window.contains(TimePoint{Duration{sample.prompt_due}}))
            result.push_back(sample.microseconds);
    return result;
}

void throw_if_turns_failed(const Measurement& result)
{
    const TurnCounts& turns = result.turns;
    if (turns.all() == 0)
        throw std::runtime_error{"no prompt was due in the window: make it longer (--duration)"};
    if (turns.failed() == 0 || result.workload.faults.any()) return;
    throw std::runtime_error{fmt::format(
        "{} failed {} of {} turns: {} replies lacked tokens, {} did not end in time, {} "
        "calls were closed",
        result.server,
        turns.failed(),
        turns.all(),
        turns.incomplete,
        turns.timed_out,
        turns.dropped)};
}

void add_warnings(Measurement& result, const Placement& placement)
{
    constexpr double most = 0.85;
    constexpr float latest = 1000;  // µs
    auto& warnings = result.warnings;
    const auto cores = static_cast<double>(placement.load.size());
    if (placement.load == placement.server)
        warnings.emplace_back("server and load share their cores");
    if (result.load.callers > most || result.load.model > most ||
        result.load.callers + result.load.model > most * cores) {
        warnings.push_back(
            fmt::format("the load needed {:.2f} + {:.2f} of {} cores: the figures may "
                        "be its own",
                        result.load.callers,
                        result.load.model,
                        placement.load.size()));
    }
    for (const Stage stage : {Stage::callers_late, Stage::model_late}) {
        Samples samples = result.samples(stage);
        if (samples.empty()) continue;
        const auto at = static_cast<std::ptrdiff_t>(samples.size() * 99 / 100);
        std::ranges::nth_element(samples, samples.begin() + at);
        const float late = samples[static_cast<std::size_t>(at)];
        if (late > latest)
            warnings.push_back(fmt::format("{}: 1 % by more than {:.0f} µs", title(stage), late));
    }
}

Measurement play(EventLoop& loop,
                 ServerProcess& server,
                 ModelProcess& model,
                 Callers& callers,
                 Measurement result)
{
    const Workload& workload = result.workload;
    const auto now = std::chrono::steady_clock::now;
    loop.run_until(now() + settling);
    result.cost.rss_before = resident_memory(server.id());
    callers.connect();
    loop.run_until(now() + settling);
    result.cost.rss_idle = resident_memory(server.id());

    const TimePoint start = whole_microseconds(now() + milliseconds{10});
    const TimePoint begin = start + warmup_of(workload);
    const Window window{begin, begin + workload.duration};
    callers.play(start, window);
    loop.run_until(window.begin);
    const Clocks before = read_clocks(server, model);
    loop.run_until(window.end);
    const Clocks after = read_clocks(server, model);
    result.cost.rss_end = resident_memory(server.id());
    callers.hear_out();
    callers.leave();
    server.stop();

    const ModelAccount seen = model.stop();
    put_usage(result, before, after);
    put_heard(result, callers.account());
    result.samples(Stage::prompt_to_request) = within(window, seen.requests);
    result.samples(Stage::model_late) = within(window, seen.lateness);
    return result;
}

}  // namespace

Measurement measure(const ServerSpec& spec, const Workload& workload, const Placement& placement)
{
    check(spec, workload);
    raise_descriptor_limit(workload.calls);
    interrupt_on_signals();
    const PinnedTo pinned{placement.load};
    const WorkingDirectory directory;
    std::optional<boost::asio::ssl::context> tls;
    if (workload.tls) tls.emplace(make_tls_files(directory.path()));

    ModelProcess model{workload, placement.load};
    EventLoop loop;  // after the fork: it is not the model's
    model.guard(loop);
    ServerProcess server{loop,
                         spec,
                         {.model_url = model.url(),
                          .directory = directory.path(),
                          .cores = placement.server,
                          .tls = workload.tls}};
    Measurement result;
    result.server = spec.label;
    result.workload = workload;
    try {
        Callers callers{loop, workload, server.port(), tls ? tls->native_handle() : nullptr};
        result = play(loop, server, model, callers, std::move(result));
    } catch (const std::runtime_error&) {
        server.throw_if_dead();
        throw;
    }
    throw_if_turns_failed(result);
    add_warnings(result, placement);
    return result;
}

}  // namespace phony::bench
