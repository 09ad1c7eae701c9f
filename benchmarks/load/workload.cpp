#include "load/workload.hpp"

#include "load/duration.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

namespace phony::bench {
namespace {

constexpr std::array<std::string_view, 3> peers{"floor", "node", "python"};

bool hides_the_port(const std::map<std::string, std::string>& settings)
{
    const auto is_other =
        [&settings](const char* name, std::string_view one, std::string_view other) {
            const auto setting = settings.find(name);
            return setting != settings.end() && setting->second != one && setting->second != other;
        };
    return is_other("PHONY_LOG_LEVEL", "debug", "info") ||
           is_other("PHONY_LOG_FORMAT", "json", "json");
}

bool is_peer(std::string_view program)
{
    return std::ranges::find(peers, program) != peers.end();
}

bool is_setting_name(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

Error refused()
{
    return {errc::invalid_request,
            "settings are written SERVER:NAME=value,NAME=value, without spaces"};
}

}  // namespace

Duration Workload::reply_length() const
{
    return first_token.mean() + gap.mean() * tokens;
}

std::string Workload::text() const
{
    auto text = fmt::format("{} calls, {} tokens a reply, first after {}, {}",
                            calls,
                            tokens,
                            first_token.text(),
                            at_once() ? "all at once" : gap.text() + " apart");
    auto out = std::back_inserter(text);
    if (pace == Pace::human) {
        fmt::format_to(out, ", a prompt a call every {}", to_text(period));
    } else {
        fmt::format_to(out, ", the next prompt at once");
    }
    if (turns_per_call != 0) fmt::format_to(out, ", {} turns a call", turns_per_call);
    if (tls) text += ", TLS";
    if (faults.refused > 0) fmt::format_to(out, ", {:g} % refused", 100 * faults.refused);
    if (faults.cut > 0) fmt::format_to(out, ", {:g} % cut", 100 * faults.cut);
    if (faults.late > 0)
        fmt::format_to(out, ", {:g} % late by {}", 100 * faults.late, to_text(faults.lateness));
    return text;
}

Result<ServerSpec> ServerSpec::parse(std::string_view text)
{
    ServerSpec spec;
    spec.label = text;

    // A path may hold colons and commas, too: what follows is settings only if it looks so.
    const auto equals = text.find('=');
    const auto colon = equals == text.npos ? text.npos : text.substr(0, equals).rfind(':');
    spec.program = text.substr(0, colon);
    if (spec.program.empty()) return Error{errc::invalid_request, "a server has no name"};

    if (equals == text.npos) {
        const auto name = text.substr(0, text.find(':'));
        if (name.size() < text.size() && (name == "phony" || is_peer(name))) return refused();
        return spec;
    }
    if (colon == text.npos) return refused();
    std::string* value = nullptr;
    for (text.remove_prefix(colon + 1); !text.empty();) {
        const auto part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const auto name = part.substr(0, part.find('='));
        if (name.size() < part.size() && is_setting_name(name)) {
            value = &spec.settings[std::string{name}];
            *value = part.substr(name.size() + 1);
        } else if (value != nullptr) {
            value->append(",").append(part);  // a comma of the value itself
        } else {
            return refused();
        }
    }
    if (hides_the_port(spec.settings)) {
        return Error{errc::invalid_request,
                     "where the server listens is read in its log: PHONY_LOG_LEVEL=debug or info, "
                     "PHONY_LOG_FORMAT=json"};
    }
    return spec;
}

bool ServerSpec::is_phony() const
{
    return !is_peer(program);
}

std::string to_text(const Placement& placement)
{
    const auto cores = [](const std::vector<int>& numbers) {
        return fmt::format("core{} {}", numbers.size() == 1 ? "" : "s", fmt::join(numbers, ", "));
    };
    return fmt::format(
        "server on {}, callers and model on {}", cores(placement.server), cores(placement.load));
}

}  // namespace phony::bench
