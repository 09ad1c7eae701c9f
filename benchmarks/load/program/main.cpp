#include "load/commands.hpp"
#include "load/measurement.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

constexpr int interrupted = 130;  // as shells say it of Ctrl-C

}  // namespace

int main(int argc, char** argv)
{
    try {
        CLI::App program{"phony-bench: what a call costs on Phony and on others"};
        program.require_subcommand(1);
        phony::bench::Task task;
        phony::bench::add_run(program, task);
        phony::bench::add_compare(program, task);
        phony::bench::add_peers(program, task);
        phony::bench::add_growth(program, task);
        phony::bench::add_soak(program, task);
        try {
            program.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return program.exit(error);
        }
        return task();
    } catch (const phony::bench::Interrupted&) {
        return interrupted;
    } catch (const std::exception& failure) {
        std::cerr << "phony-bench: " << failure.what() << '\n';
    }
    return EXIT_FAILURE;
}
