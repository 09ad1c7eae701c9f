#pragma once

#include <functional>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

/// The sub-commands of phony-bench. Each function declares one, with its options, and sets `task`
/// to what it does when the command line names it; the task answers the exit status, and throws
/// std::runtime_error with a sentence for the user.
namespace phony::bench {

using Task = std::function<int()>;

void add_run(CLI::App& program, Task& task);
void add_compare(CLI::App& program, Task& task);
void add_peers(CLI::App& program, Task& task);
void add_growth(CLI::App& program, Task& task);
void add_soak(CLI::App& program, Task& task);

}  // namespace phony::bench
