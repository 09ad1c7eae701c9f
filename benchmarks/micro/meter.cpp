#include "meter.hpp"

#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace {

// A counter for each thread: an atomic one would add to what is measured.
constinit thread_local std::uint64_t allocations_of_thread = 0;

}  // namespace

// The program's own malloc comes before the C library's in every library that the program loads.
// The real one is known there by a second name.
// NOLINTBEGIN(readability-identifier-naming,readability-inconsistent-declaration-parameter-name)
extern "C" {

void* __libc_malloc(std::size_t size) noexcept;
void* __libc_calloc(std::size_t count, std::size_t size) noexcept;
void* __libc_realloc(void* memory, std::size_t size) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t size) noexcept;

void* malloc(std::size_t size) noexcept
{
    ++allocations_of_thread;
    return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept
{
    ++allocations_of_thread;
    return __libc_calloc(count, size);
}

void* realloc(void* memory, std::size_t size) noexcept
{
    ++allocations_of_thread;
    return __libc_realloc(memory, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    ++allocations_of_thread;
    return __libc_memalign(alignment, size);
}
}
// NOLINTEND(readability-identifier-naming,readability-inconsistent-declaration-parameter-name)

namespace phony::micro {

std::uint64_t allocations()
{
    return allocations_of_thread;
}

void Meter::pause()
{
    state_.PauseTiming();
    paused_at_ = allocations();
}

void Meter::resume()
{
    before_ += allocations() - paused_at_;
    state_.ResumeTiming();
}

void Meter::report(const Work& work)
{
    const auto allocated = static_cast<double>(allocations() - before_);
    const auto operations = static_cast<double>(state_.iterations()) *
                            static_cast<double>(work.operations);
    if (work.bytes > 0)
        state_.SetBytesProcessed(state_.iterations() * static_cast<std::int64_t>(work.bytes));
    if (work.operations > 1) {
        state_.counters["per_operation"] = benchmark::Counter{
            operations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert};
    }
    // Two decimals: what a buffer allocates once, as it grows, is nothing.
    state_.counters["allocations"] =
        operations == 0 ? 0.0 : std::round(100 * allocated / operations) / 100;
}

}  // namespace phony::micro
