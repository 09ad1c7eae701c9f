#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

namespace phony::micro {

/// What this thread has allocated so far: each call of malloc, calloc, realloc and aligned_alloc,
/// whoever makes it. So `new` counts, and so does what OpenSSL and SQLite take.
std::uint64_t allocations();

/// Measures one benchmark beyond its time. Made right before the loop, asked right behind it:
///
///     Meter meter{state};
///     for (auto _ : state) benchmark::DoNotOptimize(reader.read(bytes));
///     meter.report({.operations = events, .bytes = bytes.size()});
///
/// The report has `bytes_per_second`, and for each operation (a token, an event, a frame)
/// `allocations` and, where an iteration has several, `per_operation`, its time.
class Meter {
public:
    explicit Meter(benchmark::State& state) : state_{state}, before_{allocations()} {}

    /// Whatever is done until `resume` belongs to the preparations. The two cost almost a
    /// microsecond that is measured: for iterations that take at least some tens of them.
    void pause();
    void resume();

    /// Of one iteration. No rate is reported for 0 bytes.
    struct Work {
        std::size_t operations = 1;
        std::size_t bytes = 0;
    };
    void report(const Work& work);

private:
    benchmark::State& state_;
    std::uint64_t before_;
    std::uint64_t paused_at_ = 0;
};

/// Whether what is to be measured does its work at all: an error path is quick, too. If it does
/// not, the benchmark is reported as failed, and must return.
[[nodiscard]] inline bool works(benchmark::State& state, bool does)
{
    if (!does) state.SkipWithError("it does not do what is to be measured");
    return does;
}

}  // namespace phony::micro
