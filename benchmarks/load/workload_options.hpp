#pragma once

#include "load/workload.hpp"
#include <phony/base/timestamp.hpp>

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace phony::bench {

/// --calls, --pace, --gap, …: each sets its member of `workload`, whose values until then are the
/// defaults that the help names. `workload` must outlive the parsing.
void add_workload_options(CLI::App& command, Workload& workload);

/// The --warmup and --duration of these alone.
void add_window_options(CLI::App& command, Duration& warmup, Duration& duration);

/// One option that is a time.
void add_duration_option(CLI::App& command, const char* name, Duration& value, const char* help);

/// A SERVER as the command line names it. Throws CLI::ValidationError when it is none.
void add_server_option(CLI::App& command, const char* name, ServerSpec& server);

/// SERVERs by their names. Throws std::runtime_error for what is none.
std::vector<ServerSpec> parse_servers(const std::vector<std::string>& names);

/// --server-cores 0,1
void add_placement_options(CLI::App& command, std::vector<int>& server_cores);
/// Of what add_placement_options() has read. Throws std::runtime_error for a core that is not
/// there.
Placement placement_of(const std::vector<int>& server_cores);

}  // namespace phony::bench
