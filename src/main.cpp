#include "app/app.hpp"
#include "app/command_line.hpp"
#include "app/config.hpp"
#include "app/descriptors.hpp"
#include "app/out_of_memory.hpp"
#include "app/service_manager.hpp"
#include "app/signals.hpp"
#include "app/simulate.hpp"
#include "log/log.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>

#include <sysexits.h>

namespace {

int serve(const phony::app::CommandLine& command_line)
{
    auto config = phony::app::load_config(command_line, phony::app::process_outside());
    if (!config) {
        for (const auto& problem : config.error().sentences)
            std::cerr << "phony: " << problem << '\n';
        return EX_CONFIG;  // phony@.service does not try again
    }
    const auto manager = phony::app::ServiceManager::of(phony::app::process_outside().environment);
    config->listening_socket = manager.listening_socket();
    phony::app::Signals signals;  // before the first thread
    phony::log::start({.level = config->log_level, .format = config->log_format});

    phony::app::raise_descriptor_limit();
    phony::app::App app{std::move(*config), manager};
    signals.call({.stop = [&app] { app.stop(); }, .reload = [&app] { app.reload(); }});
    try {
        app.run();
    } catch (const std::bad_alloc&) {
        phony::app::exit_out_of_memory();
    } catch (const std::exception& failure) {
        std::cerr << "phony: " << failure.what() << '\n';
        std::_Exit(EXIT_FAILURE);  // calls are underway, and nobody is left to wind them up
    }
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
    using Task = phony::app::CommandLine::Task;
    phony::app::exit_when_out_of_memory();
    try {
        const auto command_line = phony::app::parse_command_line({argv + 1, argv + argc});
        switch (command_line.task) {
        case Task::help: std::cout << phony::app::help_text(); return EXIT_SUCCESS;
        case Task::version: std::cout << phony::app::version_text() << '\n'; return EXIT_SUCCESS;
        case Task::simulate: return phony::app::simulate(command_line);
        case Task::serve: return serve(command_line);
        }
    } catch (const std::exception& failure) {
        std::cerr << "phony: " << failure.what() << '\n';
    }
    return EXIT_FAILURE;
}
