#include "memory/failing_new.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace phony::test::failing_new {
namespace {

std::atomic<std::size_t> left = 0;  ///< 0: not armed, or failed already
std::atomic<bool> failed = false;
thread_local bool counts = false;

bool fails_now() noexcept
{
    if (!counts || left.load(std::memory_order_relaxed) == 0) return false;
    if (left.fetch_sub(1) != 1) return false;
    failed = true;
    return true;
}

}  // namespace

void count_this_thread() noexcept
{
    counts = true;
}

void arm(std::size_t nth) noexcept
{
    failed = false;
    left = nth;
}

bool disarm() noexcept
{
    left = 0;
    return failed;
}

}  // namespace phony::test::failing_new

// NOLINTBEGIN(cppcoreguidelines-*,misc-*): the allocation functions themselves

void* operator new(std::size_t size)
{
    if (phony::test::failing_new::fails_now()) throw std::bad_alloc{};
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc{};
}

void* operator new[](std::size_t size)
{
    return operator new(size);
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    return phony::test::failing_new::fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void* operator new[](std::size_t size, const std::nothrow_t& nothrow) noexcept
{
    return operator new(size, nothrow);
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, const std::nothrow_t&) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory, const std::nothrow_t&) noexcept
{
    std::free(memory);
}

// NOLINTEND(cppcoreguidelines-*,misc-*)
