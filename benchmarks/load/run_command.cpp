#include "load/commands.hpp"
#include "load/measurement.hpp"
#include "load/measurement_text.hpp"
#include "load/report/report.hpp"
#include "load/report_files.hpp"
#include "load/workload_options.hpp"

#include <boost/json/array.hpp>
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

namespace phony::bench {
namespace {

struct Run {
    ServerSpec server{.label = "phony", .program = "phony"};
    Workload workload;
    std::vector<int> server_cores;
    unsigned repeat = 1;
    ReportFiles files;
};

int carry_out(const Run& run)
{
    prepare(run.files);
    const Placement placement = placement_of(run.server_cores);
    Series series{.name = run.server.label, .runs = {}};
    boost::json::array runs;
    runs.reserve(run.repeat);
    for (unsigned i = 0; i < run.repeat; ++i) {
        Measurement& measurement =
            series.runs.emplace_back(measure(run.server, run.workload, placement));
        for (Samples& samples : measurement.stages) sort(samples);
        std::cout << to_text(measurement) << std::flush;
        runs.push_back(to_json(measurement));
    }

    Circumstances circumstances = this_machine(placement);
    circumstances.push_back(run.workload.text());
    Report report = run_report(series, circumstances);
    report.json["runs"] = std::move(runs);
    publish(report, run.files);
    return EXIT_SUCCESS;
}

}  // namespace

void add_run(CLI::App& program, Task& task)
{
    CLI::App& command = *program.add_subcommand("run", "measure one server");
    const auto run = std::make_shared<Run>();
    add_server_option(command, "--server", run->server);
    add_workload_options(command, run->workload);
    add_placement_options(command, run->server_cores);
    command.add_option("--repeat", run->repeat, "runs, each with a server of its own")
        ->check(CLI::Range(1U, 1'000U))
        ->capture_default_str();
    add_report_options(command, run->files);
    command.callback([&task, run] { task = [run] { return carry_out(*run); }; });
}

}  // namespace phony::bench
