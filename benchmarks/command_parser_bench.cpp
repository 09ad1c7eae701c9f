// What a token costs on its way through the command parser.
//
//     phony_benchmarks --benchmark_filter=command_parser

#include <phony/call/command_parser.hpp>

#include <array>

#include <benchmark/benchmark.h>

#include <span>
#include <string_view>

namespace {

using phony::call::CommandParser;

// Cut as a model's tokenizer cuts them.
constexpr std::array<std::string_view, 16> plain_tokens = {"Sure",
                                                           ",",
                                                           " I",
                                                           " can",
                                                           " help",
                                                           " you",
                                                           " with",
                                                           " that",
                                                           ".",
                                                           " Your",
                                                           " next",
                                                           " visit",
                                                           " is",
                                                           " Tuesday",
                                                           " at",
                                                           " ten."};

constexpr std::array<std::string_view, 16> tokens_with_commands = {"One",
                                                                   " moment",
                                                                   ".",
                                                                   " [[",
                                                                   "press",
                                                                   ":",
                                                                   "12",
                                                                   "]]",
                                                                   " I",
                                                                   "'ll",
                                                                   " put",
                                                                   " you",
                                                                   " through",
                                                                   ". [[",
                                                                   "transfer:+1555",
                                                                   "1234567]]"};

void feed_reply(benchmark::State& state, std::span<const std::string_view> tokens)
{
    CommandParser parser;
    std::size_t bytes = 0;
    for (const auto token : tokens) bytes += token.size();

    for (auto _ : state) {
        for (const auto token : tokens) benchmark::DoNotOptimize(parser.feed(token));
        benchmark::DoNotOptimize(parser.finish());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(tokens.size()));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void command_parser_plain_words(benchmark::State& state)
{
    feed_reply(state, plain_tokens);
}
BENCHMARK(command_parser_plain_words);

void command_parser_words_and_commands(benchmark::State& state)
{
    feed_reply(state, tokens_with_commands);
}
BENCHMARK(command_parser_words_and_commands);

}  // namespace
