#include "load/report/series.hpp"

#include <algorithm>
#include <cstddef>

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

std::vector<std::string> warnings(const Series& series)
{
    std::vector<std::string> all;
    for (const Measurement& run : series.runs) {
        for (const std::string& warning : run.warnings) {
            if (std::find(all.begin(), all.end(), warning) == all.end()) all.push_back(warning);
        }
    }
    return all;
}

}  // namespace phony::bench
