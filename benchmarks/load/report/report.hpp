#pragma once

#include "load/report/series.hpp"
#include "load/workload.hpp"

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// What was found, three times: for a terminal (Markdown), for machines, and as a page of its own.
struct Report {
    std::string text;
    boost::json::object json;
    std::string html;
};

/// How it came about, for the end of the page and for the JSON: the machine, the cores, the
/// command.
using Circumstances = std::vector<std::string>;

/// What this machine is, system, processor, how many of them, and who had which core.
Circumstances this_machine(const Placement& placement);

/// One server, one workload, once or repeated. The text is about all runs together, and empty when
/// there was but one.
Report run_report(const Series& series, const Circumstances& circumstances);

/// A and B, whose runs were made in turns: a pair is a run of each with the same number. Both have
/// as many.
Report compare_report(const Series& a, const Series& b, const Circumstances& circumstances);

/// Servers that did the same work, in rounds. The one that is called "floor" is what the others
/// are measured by, where it is there.
struct Scene {
    std::string key;    ///< "paced"; targets name it
    std::string name;   ///< "paced": the shortest for people
    std::string title;  ///< "tokens 15 ms apart, 100 calls"
    std::vector<Series> servers;

    [[nodiscard]] const Series* find(std::string_view server) const;
};
Report peers_report(std::span<const Scene> scenes, const Circumstances& circumstances);

/// The same server with more and more calls; each Series has one workload.
struct Growth {
    std::string server;
    std::vector<Series> steps;  ///< from few calls to many
};
Report growth_report(std::span<const Growth> servers, const Circumstances& circumstances);

}  // namespace phony::bench
