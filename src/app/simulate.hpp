#pragma once

#include "app/command_line.hpp"

namespace phony::app {

/// `phony simulate`: plays a call against a server that runs and prints the conversation as it
/// happens. Returns the exit status: success when the call went as the scenario means it to.
int simulate(const CommandLine& command_line);

}  // namespace phony::app
