#include "load/workload_options.hpp"

#include "load/duration.hpp"

#include <CLI/CLI.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace phony::bench {
namespace {

/// An option whose text `parse` understands; what it says otherwise is what the user reads.
template <typename Value, typename Parse>
CLI::Option* add_parsed(
    CLI::App& command, const std::string& name, Value& value, const std::string& help, Parse parse)
{
    return command
        .add_option_function<std::string>(
            name,
            [&value, parse, name](const std::string& text) {
                auto parsed = parse(text);
                if (!parsed) throw CLI::ValidationError{name, parsed.error().detail};
                value = std::move(*parsed);
            },
            help)
        ->take_last();  // scripts have their own defaults, and put their caller's options behind
}

CLI::Option* add_duration(CLI::App& command,
                          const std::string& name,
                          Duration& value,
                          const std::string& help)
{
    return add_parsed(command, name, value, help, parse_duration)
        ->default_str(to_text(value))
        ->type_name("TIME");
}

void add_distribution(CLI::App& command,
                      const std::string& name,
                      Distribution& value,
                      const std::string& help)
{
    add_parsed(command, name, value, help, Distribution::parse)
        ->default_str(value.text())
        ->type_name("TIMES");
}

void add_share(CLI::App& command, const std::string& name, double& value, const std::string& help)
{
    command.add_option(name, value, help)->check(CLI::Range(0.0, 1.0))->group("Faults");
}

}  // namespace

void add_workload_options(CLI::App& command, Workload& workload)
{
    command.add_option("--calls", workload.calls, "calls at a time")
        ->check(CLI::Range(1U, 18'000U))
        ->capture_default_str();
    command
        .add_option("--pace",
                    workload.pace,
                    "human: a prompt every --period, come what may (open loop); full: the next "
                    "prompt when the reply is complete (closed loop)")
        ->transform(CLI::CheckedTransformer(std::vector<std::pair<std::string, Pace>>{
            {"human", Pace::human}, {"full", Pace::full}}))
        ->option_text(workload.pace == Pace::human ? "human|full [human]" : "human|full [full]");
    add_duration(
        command, "--period", workload.period, "between two prompts of a call at human pace");
    command.add_option("--tokens", workload.tokens, "of a reply")
        ->check(CLI::Range(1U, 2'000U))
        ->capture_default_str();
    add_distribution(command,
                     "--first-token",
                     workload.first_token,
                     "what the model takes to begin: 300ms, normal:300ms,50ms, exp:300ms or "
                     "uniform:200ms,400ms");
    add_distribution(command,
                     "--gap",
                     workload.gap,
                     "between two tokens, written likewise; 0: all in one write");
    command
        .add_option("--turns-per-call",
                    workload.turns_per_call,
                    "after which a caller hangs up and calls again; 0: never")
        ->capture_default_str();
    add_window_options(command, workload.warmup, workload.duration);
    command.add_flag("--tls", workload.tls, "between callers and server; Phony only");
    command.add_option("--seed", workload.seed, "of the schedule")->capture_default_str();

    add_share(command, "--refused", workload.faults.refused, "share of requests answered with 500");
    add_share(command, "--cut", workload.faults.cut, "share of replies that break in the middle");
    add_share(command, "--late", workload.faults.late, "share of replies that begin too late");
    add_duration(command, "--lateness", workload.faults.lateness, "of those that are late")
        ->group("Faults");
}

void add_window_options(CLI::App& command, Duration& warmup, Duration& duration)
{
    add_duration(command, "--warmup", warmup, "turns before the window do not count");
    add_duration(command, "--duration", duration, "of the window that is measured");
}

void add_duration_option(CLI::App& command, const char* name, Duration& value, const char* help)
{
    add_duration(command, name, value, help);
}

void add_server_option(CLI::App& command, const char* name, ServerSpec& server)
{
    auto* const option = add_parsed(command,
                                    name,
                                    server,
                                    "phony, floor, node, python or the path of a phony; settings "
                                    "follow as phony:PHONY_THREADS=2,NAME=value",
                                    ServerSpec::parse);
    if (server.label.empty()) {
        option->required();
    } else {
        option->default_str(server.label);
    }
}

std::vector<ServerSpec> parse_servers(const std::vector<std::string>& names)
{
    std::vector<ServerSpec> servers;
    servers.reserve(names.size());
    for (const std::string& name : names) {
        auto server = ServerSpec::parse(name);
        if (!server) throw std::runtime_error{name + ": " + server.error().detail};
        servers.push_back(std::move(*server));
    }
    return servers;
}

void add_placement_options(CLI::App& command, std::vector<int>& server_cores)
{
    command
        .add_option("--server-cores",
                    server_cores,
                    "which the server is pinned to (0,1); callers and model get the others")
        ->delimiter(',')
        ->default_str("the first");
}

Placement placement_of(const std::vector<int>& server_cores)
{
    if (server_cores.empty()) return Placement::choose();
    return Placement::choose(server_cores);
}

}  // namespace phony::bench
