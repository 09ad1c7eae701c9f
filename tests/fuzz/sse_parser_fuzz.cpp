#include <phony/openai/sse_parser.hpp>

#include <phony/openai/reply_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using phony::openai::ReplyReader;
using phony::openai::SseParser;

using Events = std::vector<std::pair<std::string, std::string>>;

Events events_of(std::string_view stream, std::size_t read_size)
{
    SseParser parser;
    Events events;
    const auto keep = [&](const auto& complete) {
        for (const auto& event : complete) events.emplace_back(event.type, event.data);
    };
    for (std::size_t at = 0; at < stream.size(); at += read_size) {
        // Each read in memory of its own, gone afterwards: a view that outlives it is found.
        const std::string read{stream.substr(at, read_size)};
        keep(parser.feed(read));
    }
    keep(parser.finish());
    return events;
}

/// The words, and how the reply ended.
std::string reply_of(std::string_view stream, std::size_t read_size)
{
    ReplyReader reader;
    std::string told;
    int endings = 0;
    const auto keep = [&](const ReplyReader::Reading& reading) {
        told += reading.text;
        if (reading.complete) told += "\ncomplete";
        if (reading.failure) told += '\n' + reading.failure->detail;
        endings += (reading.complete ? 1 : 0) + (reading.failure ? 1 : 0);
    };
    for (std::size_t at = 0; at < stream.size(); at += read_size) {
        const std::string read{stream.substr(at, read_size)};
        keep(reader.read(read));
    }
    keep(reader.finish());
    if (endings != 1) std::abort();
    return told;
}

}  // namespace

/// However a stream is cut into reads, its events and its reply are the same, and a reply ends
/// once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view stream{reinterpret_cast<const char*>(data), size};
    const Events events = events_of(stream, size + 1);
    const std::string reply = reply_of(stream, size + 1);
    for (const std::size_t read_size : {1U, 7U, 64U}) {
        if (events_of(stream, read_size) != events) std::abort();
        if (reply_of(stream, read_size) != reply) std::abort();
    }
    return 0;
}
