#include "app/simulate.hpp"

#include "app/config.hpp"
#include "clients/base_url.hpp"
#include "simulator/conversation_printer.hpp"
#include "simulator/scenario.hpp"
#include "simulator/simulated_caller.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

#include <unistd.h>

namespace phony::app {
namespace {

using simulator::CallOutcome;
using simulator::ConversationPrinter;

void print_scenarios(std::ostream& out)
{
    out << "The scenarios are:\n";
    for (const simulator::Scenario& scenario : simulator::scenarios()) {
        out << "  " << scenario.name << ": " << scenario.description << '\n';
    }
}

CallOutcome play(simulator::CallPlan plan)
{
    ConversationPrinter printer{std::cout,
                                ::isatty(STDOUT_FILENO) != 0 ? ConversationPrinter::Colours::ansi
                                                             : ConversationPrinter::Colours::none};
    boost::asio::io_context io;
    CallOutcome outcome;
    co_spawn(io,
             simulator::place_call(std::move(plan), printer),
             [&](const std::exception_ptr& failure, CallOutcome ended) {
                 if (failure) std::rethrow_exception(failure);
                 outcome = std::move(ended);
             });
    io.run();
    return outcome;
}

}  // namespace

int simulate(const CommandLine& command_line)
{
    for (const auto& problem : command_line.problems) std::cerr << "phony: " << problem << '\n';
    if (!command_line.problems.empty()) return EXIT_FAILURE;

    const SimulateOptions& options = command_line.simulate;
    const simulator::Scenario* scenario = simulator::find_scenario(options.scenario);
    if (scenario == nullptr) {
        std::cerr << "phony: there is no scenario of that name. ";
        print_scenarios(std::cerr);
        return EXIT_FAILURE;
    }
    const auto url = clients::parse_base_url(options.url);
    if (!url) {
        std::cerr << "phony: --url: " << url.error().detail << '\n';
        return EXIT_FAILURE;
    }

    // A server that checks signatures wants them signed with its own token.
    const auto outside = process_outside();
    const CallOutcome outcome =
        play({.host = url->host,
              .port = url->port,
              .tls = url->tls,
              .public_url = outside.environment("PHONY_PUBLIC_URL").value_or(""),
              .from = options.from,
              .to = options.to,
              .scenario = scenario,
              .speed = options.speed,
              .auth_token = outside.environment("TWILIO_AUTH_TOKEN").value_or(""),
              .relay_attributes = simulator::with_events()});
    return outcome.errors.empty() && outcome.ending != CallOutcome::Ending::failed ? EXIT_SUCCESS
                                                                                   : EXIT_FAILURE;
}

}  // namespace phony::app
