#include "load/commands.hpp"
#include "load/measurement.hpp"
#include "load/progress.hpp"
#include "load/report/report.hpp"
#include "load/report_files.hpp"
#include "load/workload_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>

#include <spdlog/fmt/fmt.h>

#include <string>
#include <vector>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

struct Plan {
    std::vector<std::string> servers{"phony"};
    std::vector<unsigned> calls{1, 10, 100, 1'000, 5'000, 10'000};
    Duration warmup = 3s;
    Duration duration = 10s;
    std::vector<int> server_cores;
    unsigned rounds = 3;
    ReportFiles files;
};

/// Open loop at every size. A few calls talk without a pause, so that there is something to
/// measure; thousands at the pace of people, a turn in 25 s.
Workload workload_for(unsigned calls, const Plan& plan)
{
    Workload workload;
    workload.calls = calls;
    workload.pace = Pace::human;
    workload.period = calls >= 5'000 ? 25s : calls >= 1'000 ? 5s : 1s;
    workload.warmup = plan.warmup;
    workload.duration = std::max<Duration>(plan.duration, workload.period);  // a turn of each call
    return workload;
}

int carry_out(const Plan& plan)
{
    prepare(plan.files);
    const Placement placement = placement_of(plan.server_cores);
    const std::vector<ServerSpec> specs = parse_servers(plan.servers);
    std::vector<Growth> growths;
    growths.reserve(specs.size());
    for (const ServerSpec& server : specs) {
        growths.push_back({.server = server.label,
                           .steps = std::vector<Series>(plan.calls.size(), {server.label, {}})});
    }

    Progress progress{plan.rounds * plan.calls.size() * specs.size()};
    for (unsigned round = 0; round < plan.rounds; ++round) {
        for (std::size_t step = 0; step < plan.calls.size(); ++step) {
            const Workload workload = workload_for(plan.calls[step], plan);
            for (std::size_t i = 0; i < specs.size(); ++i) {
                progress.step(fmt::format("{}: {} calls", specs[i].label, workload.calls));
                growths[i].steps[step].runs.push_back(measure(specs[i], workload, placement));
            }
        }
    }

    Circumstances circumstances = this_machine(placement);
    circumstances.push_back(
        fmt::format("{} rounds; a turn a second on each call, from 1,000 calls on every 5 s, from "
                    "5,000 on every 25 s",
                    plan.rounds));
    publish(growth_report(growths, circumstances), plan.files);
    return EXIT_SUCCESS;
}

}  // namespace

void add_growth(CLI::App& program, Task& task)
{
    CLI::App& command =
        *program.add_subcommand("growth", "what a turn and a call cost as calls become more");
    const auto plan = std::make_shared<Plan>();
    command.add_option("--servers", plan->servers, "whom to measure")
        ->delimiter(',')
        ->capture_default_str();
    command.add_option("--calls", plan->calls, "how many at a time, step by step")
        ->delimiter(',')
        ->check(CLI::Range(1U, 18'000U))
        ->capture_default_str();
    command.add_option("--rounds", plan->rounds, "runs of each step")
        ->check(CLI::Range(1U, 100U))
        ->capture_default_str();
    add_window_options(command, plan->warmup, plan->duration);
    add_placement_options(command, plan->server_cores);
    add_report_options(command, plan->files);
    command.callback([&task, plan] {
        std::sort(plan->calls.begin(), plan->calls.end());
        task = [plan] { return carry_out(*plan); };
    });
}

}  // namespace phony::bench
