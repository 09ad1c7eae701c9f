#include "app/app.hpp"
#include "app/command_line.hpp"
#include "app/config.hpp"
#include "app/simulate.hpp"
#include "app/stop_signals.hpp"
#include "log/log.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

int serve(const phony::app::CommandLine& command_line)
{
    auto config = phony::app::load_config(command_line, phony::app::process_outside());
    if (!config) {
        for (const auto& problem : config.error().sentences)
            std::cerr << "phony: " << problem << '\n';
        return EXIT_FAILURE;
    }
    phony::app::StopSignals signals;  // before the first thread
    phony::log::start({.level = config->log_level, .format = config->log_format});

    phony::app::App app{std::move(*config)};
    signals.call([&app] { app.stop(); });
    app.run();
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
    using Task = phony::app::CommandLine::Task;
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
