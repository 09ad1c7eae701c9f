#include "load/commands.hpp"
#include "load/measurement.hpp"
#include "load/progress.hpp"
#include "load/report/report.hpp"
#include "load/report_files.hpp"
#include "load/workload_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <memory>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

struct Comparison {
    ServerSpec a;
    ServerSpec b;
    Workload workload;
    std::vector<int> server_cores;
    unsigned pairs = 12;  // enough to tell, although one pair of them went wrong
    ReportFiles files;
};

int carry_out(const Comparison& comparison)
{
    prepare(comparison.files);
    const Placement placement = placement_of(comparison.server_cores);
    Series a{.name = comparison.a.label, .runs = {}};
    Series b{.name = comparison.b.label, .runs = {}};
    Progress progress{2 * static_cast<std::size_t>(comparison.pairs)};
    const auto run = [&](std::string_view letter, const ServerSpec& server, Series& series) {
        progress.step(fmt::format("{}: {}", letter, server.label));
        series.runs.push_back(measure(server, comparison.workload, placement));
    };
    for (unsigned pair = 0; pair < comparison.pairs; ++pair) {
        // Each goes first half of the time: what the machine does more and more, or remembers of
        // the one before, is done to both.
        const bool a_first = pair % 2 == 0;
        if (a_first) run("A", comparison.a, a);
        run("B", comparison.b, b);
        if (!a_first) run("A", comparison.a, a);
    }

    Circumstances circumstances = this_machine(placement);
    circumstances.push_back(comparison.workload.text());
    publish(compare_report(a, b, circumstances), comparison.files);
    return EXIT_SUCCESS;
}

}  // namespace

void add_compare(CLI::App& program, Task& task)
{
    CLI::App& command = *program.add_subcommand(
        "compare", "measure A and B in turns, and say whether a difference is real");
    const auto comparison = std::make_shared<Comparison>();
    add_server_option(command, "A", comparison->a);
    add_server_option(command, "B", comparison->b);
    add_workload_options(command, comparison->workload);
    add_placement_options(command, comparison->server_cores);
    command
        .add_option("--pairs", comparison->pairs, "runs of each; six or more can tell something")
        ->check(CLI::Range(1U, 200U))
        ->capture_default_str();
    add_report_options(command, comparison->files);
    command.callback(
        [&task, comparison] { task = [comparison] { return carry_out(*comparison); }; });
}

}  // namespace phony::bench
