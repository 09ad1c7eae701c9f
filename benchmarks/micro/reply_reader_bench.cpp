// What a model's tokens cost, from the bytes of a read to the words of a frame. An operation is one
// event, which is one token.
//
//     phony_benchmarks --benchmark_filter='reply_reader|sse_parser|chunk'

#include "meter.hpp"
#include "samples.hpp"
#include <phony/openai/chat_chunk.hpp>
#include <phony/openai/chunk_scan.hpp>
#include <phony/openai/reply_reader.hpp>
#include <phony/openai/sse_parser.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using namespace phony::openai;
using phony::micro::chunk;
using phony::micro::Meter;
using phony::micro::token_events;
using phony::micro::works;

std::size_t events_in_a_read(const benchmark::State& state)
{
    return static_cast<std::size_t>(state.range(0));
}

void reply_reader(benchmark::State& state)
{
    const std::size_t events = events_in_a_read(state);
    const std::string read = token_events(events);
    ReplyReader reader;
    if (!works(state, reader.read(read).text.size() == events * 5)) return;  // " open"

    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(reader.read(read));
    meter.report({.operations = events, .bytes = read.size()});
}
BENCHMARK(reply_reader)->ArgName("events")->Arg(1)->Arg(40);

void reply_reader_of_events_cut_in_two(benchmark::State& state)
{
    const std::string read = token_events(1);
    const std::string_view first = std::string_view{read}.substr(0, 100);
    const std::string_view second = std::string_view{read}.substr(100);
    ReplyReader reader;
    if (!works(state, reader.read(first).text.empty() && reader.read(second).text == " open"))
        return;

    Meter meter{state};
    for (auto _ : state) {
        benchmark::DoNotOptimize(reader.read(first));
        benchmark::DoNotOptimize(reader.read(second));
    }
    meter.report({.bytes = read.size()});
}
BENCHMARK(reply_reader_of_events_cut_in_two);

void sse_parser(benchmark::State& state)
{
    const std::size_t events = events_in_a_read(state);
    const std::string read = token_events(events);
    SseParser parser;
    if (!works(state, parser.feed(read).size() == events)) return;

    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(parser.feed(read));
    meter.report({.operations = events, .bytes = read.size()});
}
BENCHMARK(sse_parser)->ArgName("events")->Arg(1)->Arg(40);

/// The ways that a chunk may take: ordinary ones are compared with the one before, the first of a
/// reply is walked through, and unusual ones become a tree.
void read_chunk(benchmark::State& state, Chunk (ChunkReader::*read)(std::string_view, std::string&))
{
    ChunkReader reader;
    std::string text;
    (reader.*read)(chunk, text);
    if (!works(state, text == " open")) return;

    Meter meter{state};
    for (auto _ : state) {
        text.clear();
        benchmark::DoNotOptimize((reader.*read)(chunk, text));
    }
    meter.report({.bytes = chunk.size()});
}
BENCHMARK_CAPTURE(read_chunk, like_the_one_before, &ChunkReader::read);
BENCHMARK_CAPTURE(read_chunk, as_tree, &ChunkReader::read_as_tree);

void walk_chunk(benchmark::State& state)
{
    if (!works(state, scan_chunk(chunk).value_or(ScannedChunk{}).content == " open")) return;
    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(scan_chunk(chunk));
    meter.report({.bytes = chunk.size()});
}
BENCHMARK(walk_chunk);

}  // namespace
