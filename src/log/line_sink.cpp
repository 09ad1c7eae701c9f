#include "log/line_sink.hpp"

#include "log/payload.hpp"
#include <phony/base/timestamp.hpp>

#include <cerrno>
#include <cstddef>
#include <memory>

#include <spdlog/pattern_formatter.h>

#include <string>
#include <string_view>

#include <poll.h>
#include <unistd.h>

namespace phony::log {
namespace {

bool is_writable(int file_descriptor)
{
    pollfd descriptor{.fd = file_descriptor, .events = POLLOUT, .revents = 0};
    return ::poll(&descriptor, 1, 0) == 1 && (descriptor.revents & POLLOUT) != 0;
}

/// `{"time":"2024-01-01T00:00:00.000Z",…}`: as spdlog's pattern for it, at a fifth of its cost.
class JsonLine final : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override
    {
        line_.assign(R"({"time":")");
        append_iso8601(line_, message.time);
        line_.append("\",").append(message.payload.data(), message.payload.size()).append("}\n");
        line.append(line_.data(), line_.data() + line_.size());
    }
    std::unique_ptr<spdlog::formatter> clone() const override
    {
        return std::make_unique<JsonLine>();
    }

private:
    std::string line_;  ///< kept for its capacity
};

std::unique_ptr<spdlog::formatter> formatter_for(Format format)
{
    if (format == Format::json) return std::make_unique<JsonLine>();
    return std::make_unique<spdlog::pattern_formatter>("%H:%M:%S.%e %v");
}

}  // namespace

LineSink::LineSink(int file_descriptor, Format format, std::atomic<std::uint64_t>& dropped_in_all)
    : base_sink{formatter_for(format)},
      file_descriptor_{file_descriptor},
      format_{format},
      dropped_in_all_{dropped_in_all}
{
}

void LineSink::sink_it_(const spdlog::details::log_msg& message)
{
    if (report_dropped() && try_write(message)) return;
    ++dropped_;
    dropped_in_all_.fetch_add(1, std::memory_order_relaxed);
}

bool LineSink::report_dropped()
{
    if (dropped_ == 0) return true;
    const Field count{"count", dropped_};
    const std::string text = payload(format_, Level::warn, "log lines dropped", {&count, 1});
    if (!try_write({"", spdlog::level::warn, text})) return false;
    dropped_ = 0;
    return true;
}

bool LineSink::try_write(const spdlog::details::log_msg& message)
{
    spdlog::memory_buf_t line;
    formatter_->format(message, line);

    // A ready pipe takes a line in one piece; a terminal or a full disk may take a part of it.
    std::string_view rest{line.data(), line.size()};
    while (!rest.empty()) {
        if (!is_writable(file_descriptor_)) return false;
        const auto written = ::write(file_descriptor_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace phony::log
