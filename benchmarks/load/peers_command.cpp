#include "load/commands.hpp"
#include "load/measurement.hpp"
#include "load/progress.hpp"
#include "load/report/report.hpp"
#include "load/report_files.hpp"
#include "load/workload_options.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdlib>
#include <memory>

#include <spdlog/fmt/fmt.h>

#include <string>
#include <utility>
#include <vector>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

struct Peers {
    std::vector<std::string> servers{"floor", "phony", "node", "python"};
    Duration warmup = 3s;
    Duration duration = 10s;
    std::vector<int> server_cores;
    unsigned rounds = 5;
    ReportFiles files;
};

/// A scene that is yet to be played.
struct Plan {
    Scene scene;
    Workload workload;
    std::vector<ServerSpec> servers;
};

Plan plan(std::string key,
          std::string name,
          std::string title,
          const Workload& workload,
          const std::vector<ServerSpec>& servers)
{
    Plan plan{.scene = {.key = std::move(key),
                        .name = std::move(name),
                        .title = std::move(title),
                        .servers = {}},
              .workload = workload,
              .servers = servers};
    for (const ServerSpec& server : servers) plan.scene.servers.push_back({server.label, {}});
    return plan;
}

/// What the README's table is made of: the two shapes in which models send their tokens, and, for
/// Phony alone, what TLS adds to a call's memory. Callers speak whatever the server does, so often
/// that the dearest peer is busy for about two thirds of its core: all get the same work, and none
/// is judged by how it behaves when it has too much.
std::vector<Plan> plans_of(const Peers& peers)
{
    const std::vector<ServerSpec> servers = parse_servers(peers.servers);
    Workload paced;
    paced.pace = Pace::human;
    paced.calls = 100;
    paced.period = 2s;
    paced.warmup = peers.warmup;
    paced.duration = peers.duration;
    Workload at_once = paced;
    at_once.calls = 50;
    at_once.period = 500ms;
    at_once.gap = Distribution::constant(0s);
    Workload tls = paced;
    tls.tls = true;

    std::vector<Plan> plans;
    plans.push_back(plan("paced", "paced", "tokens 15 ms apart, 100 calls", paced, servers));
    plans.push_back(plan("at_once", "at once", "tokens at once, 50 calls", at_once, servers));
    for (const ServerSpec& server : servers) {
        if (server.label != "phony") continue;
        plans.push_back(plan("tls", "TLS", "over TLS, 100 calls", tls, {server}));
    }
    return plans;
}

std::size_t measurements(const Peers& peers, const std::vector<Plan>& plans)
{
    std::size_t count = 0;
    for (const Plan& plan : plans) count += plan.servers.size();
    return count * peers.rounds;
}

int carry_out(const Peers& peers)
{
    prepare(peers.files);
    const Placement placement = placement_of(peers.server_cores);
    std::vector<Plan> plans = plans_of(peers);
    Progress progress{measurements(peers, plans)};
    for (unsigned round = 0; round < peers.rounds; ++round) {
        for (Plan& plan : plans) {
            const std::size_t count = plan.servers.size();
            for (std::size_t i = 0; i < count; ++i) {
                // Each round begins with another one: nobody always follows the same neighbour's
                // heat.
                const std::size_t turn = (i + round) % count;
                const ServerSpec& server = plan.servers[turn];
                progress.step(fmt::format("{}: {}", plan.scene.name, server.label));
                plan.scene.servers[turn].runs.push_back(measure(server, plan.workload, placement));
            }
        }
    }

    std::vector<Scene> scenes;
    scenes.reserve(plans.size());
    for (Plan& plan : plans) scenes.push_back(std::move(plan.scene));
    Circumstances circumstances = this_machine(placement);
    circumstances.push_back(fmt::format("{} rounds", peers.rounds));
    publish(peers_report(scenes, circumstances), peers.files);
    return EXIT_SUCCESS;
}

}  // namespace

void add_peers(CLI::App& program, Task& task)
{
    CLI::App& command = *program.add_subcommand(
        "peers", "Phony beside what others would write, in rounds; with the targets");
    const auto peers = std::make_shared<Peers>();
    command.add_option("--servers", peers->servers, "who takes part")
        ->delimiter(',')
        ->capture_default_str();
    command.add_option("--rounds", peers->rounds, "runs of each")
        ->check(CLI::Range(1U, 100U))
        ->capture_default_str();
    add_window_options(command, peers->warmup, peers->duration);
    add_placement_options(command, peers->server_cores);
    add_report_options(command, peers->files);
    command.callback([&task, peers] { task = [peers] { return carry_out(*peers); }; });
}

}  // namespace phony::bench
