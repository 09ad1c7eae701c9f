// What a model's tokens cost, from the bytes of a read to the words of a frame.

#include <phony/openai/chat_chunk.hpp>
#include <phony/openai/reply_reader.hpp>
#include <phony/openai/sse_parser.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using namespace phony::openai;

/// 227 bytes, as OpenAI sends them without obfuscation.
constexpr std::string_view data =
    R"({"id":"chatcmpl-Q7m2XnA1","object":"chat.completion.chunk","created":1793000000,)"
    R"("model":"gpt-5.4-mini","service_tier":"default","choices":[{"index":0,)"
    R"("delta":{"content":" open"},"logprobs":null,"finish_reason":null}],"usage":null})";

std::string events(std::int64_t count)
{
    std::string read;
    for (std::int64_t i = 0; i < count; ++i) read.append("data: ").append(data).append("\n\n");
    return read;
}

void report_per_event(benchmark::State& state, std::int64_t events_per_iteration)
{
    state.SetItemsProcessed(state.iterations() * events_per_iteration);
    state.counters["per_event"] =
        benchmark::Counter(static_cast<double>(state.iterations() * events_per_iteration),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void reply_reader(benchmark::State& state)
{
    const std::string read = events(state.range(0));
    ReplyReader reader;
    for (auto _ : state) benchmark::DoNotOptimize(reader.read(read));
    report_per_event(state, state.range(0));
}
BENCHMARK(reply_reader)->Arg(1)->Arg(40);

void reply_reader_with_events_cut_in_two(benchmark::State& state)
{
    const std::string read = events(1);
    const std::string_view first = std::string_view{read}.substr(0, 100);
    const std::string_view second = std::string_view{read}.substr(100);
    ReplyReader reader;
    for (auto _ : state) {
        benchmark::DoNotOptimize(reader.read(first));
        benchmark::DoNotOptimize(reader.read(second));
    }
    report_per_event(state, 1);
}
BENCHMARK(reply_reader_with_events_cut_in_two);

void sse_parser(benchmark::State& state)
{
    const std::string read = events(state.range(0));
    SseParser parser;
    for (auto _ : state) benchmark::DoNotOptimize(parser.feed(read));
    report_per_event(state, state.range(0));
}
BENCHMARK(sse_parser)->Arg(1)->Arg(40);

void chunk_by_scan(benchmark::State& state)
{
    ChunkReader reader;
    std::string text;
    for (auto _ : state) {
        text.clear();
        benchmark::DoNotOptimize(reader.read(data, text));
    }
    report_per_event(state, 1);
}
BENCHMARK(chunk_by_scan);

void chunk_as_tree(benchmark::State& state)
{
    ChunkReader reader;
    std::string text;
    for (auto _ : state) {
        text.clear();
        benchmark::DoNotOptimize(reader.read_as_tree(data, text));
    }
    report_per_event(state, 1);
}
BENCHMARK(chunk_as_tree);

}  // namespace
