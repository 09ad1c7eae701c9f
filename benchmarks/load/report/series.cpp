#include "load/report/series.hpp"

#include <algorithm>
#include <cstddef>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {

std::vector<double> pooled(const Series& series, Stage stage)
{
    std::size_t size = 0;
    for (const Measurement& run : series.runs) size += run.samples(stage).size();

    std::vector<double> all;
    all.reserve(size);
    for (const Measurement& run : series.runs) {
        const Samples& samples = run.samples(stage);
        all.insert(all.end(), samples.begin(), samples.end());
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::vector<std::string> warnings(const Series& series, std::string_view who)
{
    struct Kind {
        std::string_view key;  // what stands before the first figure
        std::string_view first;
        std::size_t runs = 0;
    };
    std::vector<Kind> kinds;
    for (const Measurement& run : series.runs) {
        for (const std::string_view warning : run.warnings) {
            const std::string_view key = warning.substr(0, warning.find_first_of("0123456789"));
            auto kind = std::ranges::find(kinds, key, &Kind::key);
            if (kind == kinds.end()) kind = kinds.insert(kind, {.key = key, .first = warning});
            ++kind->runs;
        }
    }

    std::vector<std::string> all;
    all.reserve(kinds.size());
    for (const Kind& kind : kinds) {
        all.push_back(fmt::format("{}: {}", who, kind.first));
        if (series.runs.size() > 1) {
            all.back() += fmt::format(" ({} of {} runs)", kind.runs, series.runs.size());
        }
    }
    return all;
}

}  // namespace phony::bench
