#include "load/commands.hpp"
#include "load/measurement.hpp"
#include "load/measurement_text.hpp"
#include "load/workload_options.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace phony::bench {
namespace {

struct Run {
    ServerSpec server{.label = "phony", .program = "phony"};
    Workload workload;
    std::vector<int> server_cores;
    unsigned repeat = 1;
    std::string json_path;
};

void write_json(const std::string& path, const boost::json::array& runs)
{
    std::ofstream file{path};
    file << boost::json::serialize(runs) << '\n';
    if (!file.flush()) throw std::runtime_error{path + " cannot be written"};
}

int carry_out(const Run& run)
{
    const Placement placement = placement_of(run.server_cores);
    boost::json::array runs;
    runs.reserve(run.repeat);
    for (unsigned i = 0; i < run.repeat; ++i) {
        Measurement measurement = measure(run.server, run.workload, placement);
        for (Samples& samples : measurement.stages) sort(samples);
        std::cout << to_text(measurement) << std::flush;
        runs.push_back(to_json(measurement));
    }
    if (!run.json_path.empty()) write_json(run.json_path, runs);
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
    command.add_option("--json", run->json_path, "a file for machines");
    command.callback([&task, run] { task = [run] { return carry_out(*run); }; });
}

}  // namespace phony::bench
