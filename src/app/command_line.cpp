#include "app/command_line.hpp"

#include "app/settings.hpp"
#include "app/suggestion.hpp"
#include "app/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <string_view>
#include <utility>

namespace phony::app {
namespace {

std::vector<std::string> server_flags()
{
    std::vector<std::string> flags = {"--config", "--help", "--version"};
    for (const auto& group : setting_groups()) {
        for (const Setting& setting : group.settings) flags.push_back(setting.flag());
    }
    return flags;
}

/// Arguments that nothing understood. What follows `=`, or an unknown flag, may be a secret in the
/// wrong place and is not repeated.
void report_unknown(std::string_view command,
                    const std::vector<std::string>& unknown,
                    const std::vector<std::string>& flags,
                    std::vector<std::string>& problems)
{
    bool behind_flag = false;
    for (const std::string& argument : unknown) {
        if (argument.starts_with('-')) {
            const std::string flag = argument.substr(0, argument.find('='));
            problems.push_back(
                fmt::format("{} is no flag of {}{}", flag, command, suggestion(flag, flags)));
            behind_flag = true;
        } else if (!std::exchange(behind_flag, false)) {
            problems.push_back(fmt::format("{} does not know what {} means", command, argument));
        }
    }
}

/// Paragraphs of at most 96 columns, for help that is read on a terminal.
void append_wrapped(std::string& out, std::string_view indent, std::string_view text)
{
    constexpr std::size_t columns = 96;
    while (text.size() + indent.size() > columns) {
        const std::size_t space = text.rfind(' ', columns - indent.size());
        if (space == std::string_view::npos) break;
        fmt::format_to(std::back_inserter(out), "{}{}\n", indent, text.substr(0, space));
        text.remove_prefix(space + 1);
    }
    fmt::format_to(std::back_inserter(out), "{}{}\n", indent, text);
}

void append_setting(std::string& out, const Setting& setting)
{
    std::string environment{setting.name};
    if (setting.secret) environment += fmt::format(" or {}_FILE", setting.name);
    std::string fallback{setting.shown_fallback.empty() ? setting.fallback
                                                        : setting.shown_fallback};
    if (!setting.production_fallback.empty()) {
        fallback += fmt::format("; in production {}", setting.production_fallback);
    }
    if (fallback.empty()) fallback = "none";
    const std::string unit = setting.unit.empty() ? "" : fmt::format(", unit {}", setting.unit);

    fmt::format_to(std::back_inserter(out), "  {}  {}\n", setting.flag(), environment);
    append_wrapped(out, "      ", setting.help);
    fmt::format_to(std::back_inserter(out), "      [default {}{}]\n", fallback, unit);
}

}  // namespace

CommandLine parse_command_line(std::span<const char* const> arguments)
{
    CommandLine result;
    bool help = false;
    bool version = false;

    CLI::App app;
    app.set_help_flag();  // ours is made from the table
    app.add_flag("-h,--help", help);
    app.add_flag("--version", version);
    app.add_option("--config", result.config_path);
    app.allow_extras();

    // The values stay text: load_config judges them together with those from elsewhere.
    for (const auto& group : setting_groups()) {
        for (const Setting& setting : group.settings) {
            app.add_option_function<std::string>(
                   setting.flag(),
                   [&result, flag = setting.flag()](const std::string& text) {
                       result.flags[flag] = text;
                   })
                ->take_last();
        }
    }

    CLI::App* const simulate = app.add_subcommand("simulate");
    simulate->set_help_flag();
    simulate->add_flag("-h,--help", help);
    simulate->add_option("scenario", result.simulate.scenario);
    simulate->add_option("--url", result.simulate.url);
    simulate->add_option("--speed", result.simulate.speed)->check(CLI::Range(0.1, 1000.0));
    simulate->add_option("--from", result.simulate.from);
    simulate->add_option("--to", result.simulate.to);
    simulate->allow_extras();

    try {
        // CLI11 takes a vector from its back.
        app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
        report_unknown("phony", app.remaining(), server_flags(), result.problems);
        report_unknown("phony simulate",
                       simulate->remaining(),
                       {"--url", "--speed", "--from", "--to"},
                       result.problems);
    } catch (const CLI::ParseError& error) {
        result.problems.emplace_back(error.what());
    }

    if (help) {
        result.task = CommandLine::Task::help;
    } else if (version) {
        result.task = CommandLine::Task::version;
    } else if (simulate->parsed()) {
        result.task = CommandLine::Task::simulate;
    }
    return result;
}

std::string help_text()
{
    std::string text =
        R"(phony: a voice AI agent on the telephone

  phony [FLAGS]                answer calls
  phony simulate [SCENARIO]    play a call against a server that runs, and show the conversation
      --url URL                the server [http://127.0.0.1:24187]
      --speed N                N times as fast as people speak [1]
      --from, --to NUMBER      who calls whom
  phony --help | --version

Each setting can be given as a flag, in the environment or in the file of --config FILE (TOML; keys
are the flags with _ for -). Flags beat the environment, which beats the file. Durations are written
1.5s, 800ms, 2m, 1h or as a plain number of their unit. Secrets come from the environment or from
files, whose names end in _FILE.
)";
    for (const auto& group : setting_groups()) {
        fmt::format_to(std::back_inserter(text), "\n{}\n", group.title);
        for (const Setting& setting : group.settings) append_setting(text, setting);
    }
    return text;
}

std::string version_text()
{
    return fmt::format("phony {} ({}, {})", version(), commit(), compiler());
}

}  // namespace phony::app
