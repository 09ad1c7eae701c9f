#pragma once

#include <exception>
#include <functional>
#include <string>

namespace phony::async {

/// What an escaped exception says. Of those that `&&` gathers, the first.
std::string describe(const std::exception_ptr& thrown);

/// A last resort for coroutines: logs what escaped from `who`, which is a bug, and goes on.
///
///     TaskGroup sessions{executor, log_exceptions_of("sessions")};
std::function<void(std::exception_ptr)> log_exceptions_of(std::string who);

}  // namespace phony::async
