#include "support/samples.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace phony::test {
namespace {

/// One line of the text format, unless it is a comment.
struct Sample {
    std::string_view name;
    std::string_view labels;  ///< between the braces
    double value = 0;
};

template <typename Visitor>
void for_each_sample(const std::string& text, Visitor visit)
{
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::string_view whole{line};
        const auto end = whole.rfind(' ');
        const auto brace = std::min(whole.find('{'), end);
        Sample sample{.name = whole.substr(0, brace)};
        if (brace < end) sample.labels = whole.substr(brace + 1, end - brace - 2);
        sample.value = std::strtod(line.c_str() + end, nullptr);
        visit(sample);
    }
}

bool has(const Sample& sample, std::string_view label, std::string_view value)
{
    const std::string wanted = std::string{label} + "=\"" + std::string{value} + '"';
    const auto at = sample.labels.find(wanted);
    return at == 0 || (at != std::string_view::npos && sample.labels[at - 1] == ',');
}

}  // namespace

double Samples::sum(std::string_view name, Labels labels) const
{
    double total = 0;
    for_each_sample(text_, [&](const Sample& sample) {
        if (sample.name == name && std::ranges::all_of(labels, [&](const auto& label) {
                return has(sample, label.first, label.second);
            }))
            total += sample.value;
    });
    return total;
}

std::set<std::string> Samples::families() const
{
    std::set<std::string> names;
    for_each_sample(text_, [&](const Sample& sample) {
        std::string name{sample.name};
        for (const std::string_view part : {"_bucket", "_sum", "_count"}) {
            const bool histogram =
                text_.find("# TYPE " +
                           name.substr(0, name.size() - std::min(part.size(), name.size())) +
                           " histogram") != std::string::npos;
            if (name.ends_with(part) && histogram) name.resize(name.size() - part.size());
        }
        names.insert(std::move(name));
    });
    return names;
}

}  // namespace phony::test
