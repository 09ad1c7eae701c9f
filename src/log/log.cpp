#include "log/log.hpp"

#include "log/line_sink.hpp"
#include "log/payload.hpp"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <memory>

#include <spdlog/spdlog.h>

#include <utility>

namespace phony::log {
namespace {

// spdlog keeps the process's logger; these belong to it and do not fit in there. The format is
// written by start() alone, before there is a second thread.
Format current_format = Format::human;
std::atomic<std::uint64_t> dropped_in_all = 0;

spdlog::level::level_enum spdlog_level(Level level)
{
    switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

void start(const Options& options)
{
    std::signal(SIGPIPE, SIG_IGN);
    current_format = options.format;
    auto sink = std::make_shared<LineSink>(options.file_descriptor, options.format, dropped_in_all);
    auto logger = std::make_shared<spdlog::logger>("phony", std::move(sink));
    logger->set_level(spdlog_level(options.level));
    spdlog::set_default_logger(std::move(logger));
}

bool is_written(Level level)
{
    return spdlog::default_logger_raw()->should_log(spdlog_level(level));
}

void write(Level level, std::string_view message, std::span<const Field> fields)
{
    spdlog::logger* const logger = spdlog::default_logger_raw();
    if (!logger->should_log(spdlog_level(level))) return;
    const std::string text = payload(current_format, level, message, fields);
    logger->log(spdlog_level(level), spdlog::string_view_t{text.data(), text.size()});
}

std::uint64_t dropped_lines()
{
    return dropped_in_all.load(std::memory_order_relaxed);
}

}  // namespace phony::log
