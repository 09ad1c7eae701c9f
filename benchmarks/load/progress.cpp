#include "load/progress.hpp"

#include "load/clock.hpp"

#include <cstdio>

#include <spdlog/fmt/fmt.h>

#include <string>

#include <unistd.h>

namespace phony::bench {
namespace {

constexpr std::string_view clear_line = "\r\x1b[K";

}  // namespace

Progress::Progress(std::size_t steps)
    : steps_{steps}, terminal_{isatty(STDERR_FILENO) == 1}, start_{now()}
{
}

Progress::~Progress()
{
    if (terminal_) fmt::print(stderr, "{}", clear_line);
}

void Progress::step(std::string_view what)
{
    std::string rest;
    if (begun_ > 0) {
        const std::chrono::duration<double> taken = now() - start_;
        const auto left = static_cast<double>(steps_ - begun_);
        const double minutes = taken.count() / static_cast<double>(begun_) * left / 60;
        rest = minutes < 1 ? ", less than a minute left"
                           : fmt::format(", about {:.0f} min left", minutes);
    }
    ++begun_;
    fmt::print(stderr,
               "{}{}/{} {}{}{}",
               terminal_ ? clear_line : "",
               begun_,
               steps_,
               what,
               rest,
               terminal_ ? "" : "\n");
    std::fflush(stderr);
}

}  // namespace phony::bench
