#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace phony::bench {

/// Tells on standard error what is being measured and, from the second time on, how long the rest
/// will take. On a terminal it stays on one line.
class Progress {
public:
    explicit Progress(std::size_t steps);
    ~Progress();  ///< clears the line

    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Another one begins.
    void step(std::string_view what);

private:
    std::size_t steps_;
    std::size_t begun_ = 0;
    bool terminal_;
    std::chrono::steady_clock::time_point start_;
};

}  // namespace phony::bench
