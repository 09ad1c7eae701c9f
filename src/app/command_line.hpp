#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

namespace phony::app {

/// `phony simulate`: plays a call against a server that runs already.
struct SimulateOptions {
    std::string scenario = "customer_service";
    std::string url = "http://127.0.0.1:24187";
    double speed = 1;  ///< of speech and pauses; 10 is ten times as fast
    std::string from = "+15551234567";
    std::string to = "+18578167225";
};

/// What stood on the command line. Values are not judged here but with all others, in load_config.
struct CommandLine {
    enum class Task { serve, simulate, help, version };

    Task task = Task::serve;
    SimulateOptions simulate;
    std::string config_path;                   ///< empty: no config file
    std::map<std::string, std::string> flags;  ///< "--port" → "0"
    std::vector<std::string> problems;         ///< unknown flags, missing values
};

/// `arguments` without the program's name.
CommandLine parse_command_line(std::span<const char* const> arguments);

/// What `phony --help` prints: every setting with its flag, environment name, default and unit.
std::string help_text();

/// "phony 0.1.0".
std::string version_text();

}  // namespace phony::app
