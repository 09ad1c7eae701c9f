#include "load/report_files.hpp"

#include <boost/json/serialize.hpp>
#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string_view>

namespace phony::bench {
namespace {

void write(const std::string& path, std::string_view content)
{
    if (path.empty()) return;
    std::ofstream file{path};
    file << content;
    if (!file.flush()) throw std::runtime_error{path + " cannot be written"};
}

}  // namespace

void add_report_options(CLI::App& command, ReportFiles& files)
{
    command.add_option("--json", files.json, "a file for machines")->take_last();
    command.add_option("--html", files.html, "a file with plots, for a browser")->take_last();
}

void prepare(const ReportFiles& files)
{
    write(files.json, {});
    write(files.html, {});
}

void publish(const Report& report, const ReportFiles& files)
{
    std::cout << report.text << std::flush;
    if (!files.json.empty()) write(files.json, boost::json::serialize(report.json) + '\n');
    write(files.html, report.html);
}

}  // namespace phony::bench
