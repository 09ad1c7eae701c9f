#pragma once

#include <cstddef>

/// `operator new` of this executable, which can be told to fail once, on one thread.
namespace phony::test::failing_new {

/// Allocations of the calling thread count from now on. Once a thread.
void count_this_thread() noexcept;

/// The `nth` allocation from now on (1: the next) throws bad_alloc. Any thread.
void arm(std::size_t nth) noexcept;

/// No allocation fails any more. Whether one has.
bool disarm() noexcept;

}  // namespace phony::test::failing_new
