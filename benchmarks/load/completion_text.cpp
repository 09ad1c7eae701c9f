#include "load/completion_text.hpp"

#include "simulator/chat_wire.hpp"

#include <algorithm>
#include <chrono>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

std::string chunk(std::string_view event)
{
    return fmt::format("{:x}\r\n{}\r\n", event.size(), event);
}

}  // namespace

CompletionText::CompletionText(bool usage, bool obfuscation, unsigned tokens)
{
    simulator::ModelRequest request;
    request.model = "gpt-5.4-mini";
    request.include_usage = usage;
    request.include_obfuscation = obfuscation;
    const auto created = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    simulator::CompletionWriter writer{request, created, 1};

    begin_ =
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: text/event-stream; charset=utf-8\r\n"
        "Cache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n"
        "openai-version: 2020-10-01\r\n"
        "x-request-id: req_5a0f3a8c1d2b4e6f8a9b0c1d2e3f4a5b\r\n\r\n" +
        chunk(writer.role());
    const StampText stamp = write_stamp(StampKind::token, {});
    token_ = chunk(writer.content(" " + std::string{stamp.data(), stamp.size()}));
    stamp_at_ = token_.find(stamp.front());

    simulator::ScriptedReply reply;
    reply.tokens.resize(tokens);
    end_ = chunk(writer.finish());
    if (usage) end_ += chunk(writer.usage(reply));
    end_ += chunk(simulator::CompletionWriter::done()) + "0\r\n\r\n";
}

std::string_view CompletionText::token(TimePoint due)
{
    std::ranges::copy(write_stamp(StampKind::token, due),
                      token_.begin() + static_cast<std::ptrdiff_t>(stamp_at_));
    return token_;
}

std::string refusal_text(unsigned status, std::string_view message)
{
    const std::string json = fmt::format(
        R"({{"error":{{"message":"{}","type":"server_error","param":null,"code":null}}}})",
        message);
    return fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        status,
        status == 500 ? "Internal Server Error" : "Not Found",
        json.size(),
        json);
}

}  // namespace phony::bench
