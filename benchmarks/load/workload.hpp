#pragma once

#include "load/distribution.hpp"
#include <phony/base/timestamp.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// When callers speak. `human`: every `period`, whatever the server does (open loop), so that a
/// server that stalls is charged for all who had to wait. `full`: as soon as the reply is complete
/// (closed loop), which measures cost and throughput; its latencies flatter a server that stalls.
enum class Pace { human, full };

/// Shares of the model's requests, each from 0 to 1, that do not get their reply.
struct Faults {
    double refused = 0;  ///< answered with 500
    double cut = 0;      ///< the connection breaks in the middle of the reply
    double late = 0;     ///< the first token comes `lateness` after its time
    Duration lateness = std::chrono::seconds{10};

    bool any() const { return refused > 0 || cut > 0 || late > 0; }
};

/// What the servers are put through. The same `seed` gives the same schedule.
struct Workload {
    unsigned calls = 100;
    Pace pace = Pace::full;
    Duration period = std::chrono::seconds{25};  ///< between two prompts of a call at human pace
    unsigned tokens = 40;                        ///< of a reply
    Distribution first_token = Distribution::constant(std::chrono::milliseconds{5});
    Distribution gap = Distribution::constant(std::chrono::milliseconds{15});
    /// After so many turns a caller hangs up and calls again, as people do: a server that keeps the
    /// dialogue would otherwise be asked ever longer questions. 0: never.
    unsigned turns_per_call = 20;
    Faults faults;
    bool tls = false;                              ///< between callers and server
    Duration warmup = std::chrono::seconds{3};     ///< turns that are played and not counted
    Duration duration = std::chrono::seconds{10};  ///< of the window that is measured
    std::uint64_t seed = 1;

    /// All tokens of a reply leave the model in one write.
    bool at_once() const { return gap.is_zero(); }
    /// What a reply takes when the server takes no time.
    Duration reply_length() const;
    /// The options that make this workload, for the heading of a report.
    std::string text() const;
};

/// One server to measure, as it is named on the command line:
///
///     phony   floor   node   python   /path/to/phony   phony:PHONY_THREADS=2,PHONY_LOG_LEVEL=debug
struct ServerSpec {
    std::string label;    ///< as it was written: what a report calls it
    std::string program;  ///< one of the names above, or the path of a phony
    std::map<std::string, std::string> settings;  ///< environment variables

    /// Errors: invalid_request, when a setting is not NAME=value, or hides from the tool where the
    /// server listens, which it reads in the server's log.
    static Result<ServerSpec> parse(std::string_view text);
    /// Not one of the peers.
    bool is_phony() const;
};

/// Which cores whom: the server has its own, callers and model share the others.
struct Placement {
    std::vector<int> server;
    std::vector<int> load;

    /// The first core of this process for the server, the others for the load; all share when there
    /// is but one. With `server` given, the load gets what is left of them.
    static Placement choose(const std::optional<std::vector<int>>& server = std::nullopt);
};

/// "server on core 0, callers and model on core 1"
std::string to_text(const Placement& placement);

}  // namespace phony::bench
