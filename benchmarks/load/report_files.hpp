#pragma once

#include "load/report/report.hpp"

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace phony::bench {

/// Where a report goes besides the terminal; empty: not there.
struct ReportFiles {
    std::string json;
    std::string html;
};

/// --json FILE, --html FILE
void add_report_options(CLI::App& command, ReportFiles& files);

/// Before minutes are spent on figures that cannot be kept: makes the files, empty. Throws
/// std::runtime_error with a sentence.
void prepare(const ReportFiles& files);

/// Prints the text and writes the files. Throws std::runtime_error.
void publish(const Report& report, const ReportFiles& files);

}  // namespace phony::bench
