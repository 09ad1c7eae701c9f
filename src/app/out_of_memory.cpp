#include "app/out_of_memory.hpp"

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include <unistd.h>

namespace phony::app {
namespace {

/// Terminated without an exception is also what had no memory left to throw one with.
bool memory_is_left()
{
    constexpr std::size_t some = 1024 * 1024;
    void* const volatile probe = std::malloc(some);
    return probe != nullptr;
}

[[noreturn]] void end()
{
    if (!memory_is_left()) exit_out_of_memory();
    if (const auto failure = std::current_exception()) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::bad_alloc&) {
            exit_out_of_memory();
        } catch (...) {
            std::abort();  // the usual way, with a core
        }
    }
    std::abort();
}

}  // namespace

void exit_when_out_of_memory() noexcept
{
    std::set_terminate(end);
}

void exit_out_of_memory() noexcept
{
    constexpr std::string_view sentence = "phony: there is no memory left, so the process ends\n";
    (void)!::write(STDERR_FILENO, sentence.data(), sentence.size());
    std::_Exit(EXIT_FAILURE);  // without destructors, which would need some
}

}  // namespace phony::app
