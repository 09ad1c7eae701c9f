#include "load/clock.hpp"
#include "load/commands.hpp"
#include "load/connection.hpp"
#include "load/duration.hpp"
#include "load/event_loop.hpp"
#include "load/measurement.hpp"
#include "load/model_process.hpp"
#include "load/process_usage.hpp"
#include "load/server_process.hpp"
#include "load/soak_judgement.hpp"
#include "load/soak_traffic.hpp"
#include "load/working_directory.hpp"
#include "load/workload.hpp"
#include "load/workload_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>

#include <spdlog/fmt/fmt.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

/// Longer than a server keeps what is over: lost calls, ended ones, connections of the busiest
/// minute.
constexpr Duration usual_warmup = 2min;
constexpr Duration shortest_trend = 1min;
constexpr auto patience_at_the_end = 90s;
constexpr double mebibyte = 1'048'576;

struct Plan {
    ServerSpec server{.label = "phony", .program = "phony"};
    Duration duration = 10min;
    double rate = 220;
    std::uint64_t seed = 1;
    std::vector<int> server_cores;
};

double seconds(Duration duration)
{
    return std::chrono::duration<double>{duration}.count();
}

/// A model that is quick, and fails now and then.
Workload model_of(const Plan& plan)
{
    Workload workload;
    workload.tokens = 12;
    workload.first_token = Distribution::constant(5ms);
    workload.gap = Distribution::constant(4ms);
    workload.faults = {.refused = 0.005, .cut = 0.01};
    workload.seed = plan.seed;
    return workload;
}

/// One GET, and what is answered.
class Scrape final : public Watcher {
public:
    Scrape(EventLoop& loop, std::uint16_t port) : loop_{loop}, connection_{loop, *this}
    {
        constexpr auto patience = 10s;
        connection_.open(Connection::connect(port));
        connection_.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        loop_.run_until(now() + patience);
    }

    Metrics metrics() const { return read_metrics(answer_); }

private:
    void ready(std::uint32_t events) override
    {
        connection_.ready(events);
        std::array<char, 65'536> buffer;
        answer_.append(buffer.data(), connection_.read(buffer));
        if (connection_.closed()) loop_.stop();
    }

    EventLoop& loop_;
    Connection connection_;
    std::string answer_;
};

/// Connections to the model come and go with the traffic, and have their own gauge.
std::ptrdiff_t descriptors(pid_t process, const Metrics& metrics)
{
    const std::filesystem::directory_iterator open{fmt::format("/proc/{}/fd", process)};
    return std::distance(begin(open), end(open)) -
           static_cast<std::ptrdiff_t>(sum_of(metrics, "phony_model_connections"));
}

/// All that is found at the end.
struct Findings {
    MemoryTrend memory;
    double last_bytes = 0;
    std::ptrdiff_t descriptors_before = 0;
    std::ptrdiff_t descriptors_after = 0;
    double calls_counted = 0;  ///< by the server
    double log_lines_dropped = 0;
    double history_dropped = 0;
    std::vector<std::string> wrong;  ///< empty: all is well
};

class Soak {
public:
    Soak(const Plan& plan, EventLoop& loop, ServerProcess& server)
        : plan_{plan},
          loop_{loop},
          server_{server},
          traffic_{loop, server.port(), plan.rate, plan.seed},
          next_sample_{loop, [this](TimePoint due) {
                           sample();
                           next_sample_.set(due + 1s);
                       }}
    {
    }

    /// Of the server, once it has been spoken to.
    void look_before()
    {
        (void)scrape();
        findings_.descriptors_before = descriptors(server_.id(), scrape());
    }

    void play()
    {
        started_ = now();
        traffic_.begin();
        next_sample_.set(started_);
        loop_.run_until(started_ + plan_.duration);
        next_sample_.cancel();
        sample();
        traffic_.finish();
    }

    Findings judge(std::vector<std::string> errors)
    {
        const Metrics metrics = wait_for_silence();
        findings_.memory = trend_of(samples_, seconds(warmup()));
        findings_.last_bytes = samples_.back().bytes;
        findings_.descriptors_after = descriptors(server_.id(), metrics);
        findings_.calls_counted = sum_of(metrics, "phony_calls_total");
        findings_.log_lines_dropped = sum_of(metrics, "phony_log_lines_dropped_total");
        findings_.history_dropped = sum_of(metrics, "phony_history_dropped_total");

        auto& wrong = findings_.wrong;
        wrong = remains(metrics);
        const auto append = [&wrong](std::vector<std::string> more) {
            wrong.insert(wrong.end(), more.begin(), more.end());
        };
        append(traffic_.problems());
        append(std::move(errors));
        if (findings_.descriptors_after > findings_.descriptors_before)
            wrong.push_back(fmt::format("it had {} descriptors and has {}",
                                        findings_.descriptors_before,
                                        findings_.descriptors_after));
        if (judges_memory() && !findings_.memory.is_flat())
            wrong.push_back(fmt::format("its memory has grown by {:.1f} MiB",
                                        findings_.memory.growth() / mebibyte));
        if (traffic_.turned_back() > 0)
            wrong.push_back(fmt::format("{} visits were not begun: too many were under way",
                                        traffic_.turned_back()));
        if (findings_.history_dropped > 0)
            wrong.push_back(fmt::format("{} events were not written", findings_.history_dropped));
        if (findings_.log_lines_dropped > 0)
            wrong.push_back(fmt::format("{} lines of its log were not read in time",
                                        findings_.log_lines_dropped));
        return findings_;
    }

    const SoakTraffic& traffic() const { return traffic_; }
    bool judges_memory() const { return findings_.memory.seconds >= seconds(shortest_trend); }

private:
    /// Of a short soak a part.
    Duration warmup() const { return std::min(usual_warmup, plan_.duration / 2); }

    Metrics scrape() { return Scrape{loop_, server_.port()}.metrics(); }

    void sample()
    {
        constexpr int told_every = 30;
        const auto bytes = static_cast<double>(resident_memory(server_.id()));
        samples_.push_back({.seconds = seconds(now() - started_), .bytes = bytes});
        if (samples_.size() % told_every != 0) return;
        std::cerr << fmt::format("{:6.0f} s  {:8} calls  {:7.1f} MiB\n",
                                 samples_.back().seconds,
                                 traffic_.calls(),
                                 bytes / mebibyte);
    }

    /// What calls that were lost are held for, and figures that are a second old, take their time.
    Metrics wait_for_silence()
    {
        Metrics metrics = scrape();
        for (const TimePoint limit = now() + patience_at_the_end;
             now() < limit && (!remains(metrics).empty() ||
                               descriptors(server_.id(), metrics) > findings_.descriptors_before);
             metrics = scrape())
            loop_.run_until(now() + 500ms);
        return metrics;
    }

    const Plan& plan_;
    EventLoop& loop_;
    ServerProcess& server_;
    SoakTraffic traffic_;
    Alarm next_sample_;
    TimePoint started_;
    std::vector<MemorySample> samples_;
    Findings findings_;
};

void print(const Plan& plan, const Soak& soak, const Findings& found)
{
    const auto row = [](std::string_view name, const std::string& value) {
        std::cout << fmt::format("{:<30} {}\n", name, value);
    };
    const double lasted = seconds(plan.duration);
    std::cout << fmt::format("{}, {}\n\n", plan.server.label, to_text(plan.duration));
    for (std::size_t kind = 0; kind < kinds_of_visits; ++kind) {
        const auto visit = static_cast<Visit>(kind);
        const VisitCounts& counts = soak.traffic().counts(visit);
        row(name_of(visit),
            fmt::format("{:>9}{}",
                        counts.begun,
                        counts.failed == 0 ? "" : fmt::format(", {} failed", counts.failed)));
    }
    row("calls in all",
        fmt::format("{:>9}  {:.0f} a second; the server counts {:.0f}",
                    soak.traffic().calls(),
                    static_cast<double>(soak.traffic().calls()) / lasted,
                    found.calls_counted));
    row("resident memory", fmt::format("{:>9.1f} MiB at the end", found.last_bytes / mebibyte));
    if (found.memory.seconds > 0) {
        constexpr double kibibytes_a_minute = 60.0 / 1024;
        row("  its slope, once warm",
            fmt::format("{:>+9.1f} KiB a minute: {:+.2f} MiB over {:.0f} s, from {:.1f} MiB{}",
                        found.memory.slope * kibibytes_a_minute,
                        found.memory.growth() / mebibyte,
                        found.memory.seconds,
                        found.memory.from / mebibyte,
                        soak.judges_memory() ? "" : " (too short to be judged)"));
    }
    if (found.memory.seconds > 0) {
        constexpr double kibibytes_a_minute = 60.0 / 1024;
        row("  of most 20 s",
            fmt::format("{:>+9.1f} KiB a minute", found.memory.typical_slope * kibibytes_a_minute));
    }
    row("descriptors",
        fmt::format("{:>9} before, {} after", found.descriptors_before, found.descriptors_after));
    std::cout << '\n';
    for (const std::string& sentence : found.wrong) std::cout << "WRONG: " << sentence << '\n';
    if (found.wrong.empty()) std::cout << "All is as it should be.\n";
}

int carry_out(const Plan& plan)
{
    constexpr std::size_t most_errors = 10;
    interrupt_on_signals();
    const Placement placement = placement_of(plan.server_cores);
    const PinnedTo pinned{placement.load};
    const WorkingDirectory directory;
    ModelProcess model{model_of(plan), placement.load};
    EventLoop loop;  // after the fork: it is not the model's
    model.guard(loop);

    ServerSpec spec = plan.server;
    spec.settings.emplace("TWILIO_AUTH_TOKEN", SoakTraffic::auth_token);
    spec.settings.emplace("PHONY_PUBLIC_URL", SoakTraffic::public_url);
    std::vector<std::string> errors;
    const auto hear = [&errors](std::string_view line) {
        if (is_error(line) && errors.size() < most_errors)
            errors.push_back("its log has " + std::string{line});
    };
    ServerProcess server{loop,
                         spec,
                         {.model_url = model.url(),
                          .directory = directory.path(),
                          .cores = placement.server,
                          .hears = hear}};
    try {
        Soak soak{plan, loop, server};
        soak.look_before();
        soak.play();
        const Findings found = soak.judge(errors);
        server.stop();
        (void)model.stop();
        print(plan, soak, found);
        return found.wrong.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::runtime_error&) {
        server.throw_if_dead();
        throw;
    }
}

}  // namespace

void add_soak(CLI::App& program, Task& task)
{
    CLI::App& command = *program.add_subcommand(
        "soak",
        "whether a server is as it was after all that reaches it in months: calls, complete and "
        "not, strangers, slow viewers");
    const auto plan = std::make_shared<Plan>();
    add_server_option(command, "--server", plan->server);
    add_duration_option(command, "--duration", plan->duration, "how long visitors come");
    command.add_option("--rate", plan->rate, "visits a second; four of five are calls")
        ->check(CLI::Range(1.0, 5'000.0))
        ->capture_default_str();
    command.add_option("--seed", plan->seed, "of who comes when")->capture_default_str();
    add_placement_options(command, plan->server_cores);
    command.callback([&task, plan] { task = [plan] { return carry_out(*plan); }; });
}

}  // namespace phony::bench
