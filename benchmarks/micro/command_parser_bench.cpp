// What a token costs on its way through the command parser.
//
//     phony_benchmarks --benchmark_filter=command_parser

#include "meter.hpp"
#include <phony/call/command_parser.hpp>

#include <algorithm>
#include <array>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>

namespace {

using phony::call::Command;
using phony::call::CommandParser;
using phony::micro::Meter;

// Cut as a model's tokenizer cuts them.
constexpr std::array<std::string_view, 16> plain_words = {"Sure",
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

constexpr std::array<std::string_view, 16> words_and_commands = {"One",
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

using Tokens = std::span<const std::string_view>;

std::ptrdiff_t commands_in(Tokens tokens)
{
    CommandParser parser;
    std::ptrdiff_t commands = 0;
    for (const auto token : tokens) {
        commands += std::ranges::count_if(parser.feed(token), [](const auto& piece) {
            return std::holds_alternative<Command>(piece);
        });
    }
    return commands;
}

void command_parser(benchmark::State& state, Tokens tokens, std::ptrdiff_t commands)
{
    if (!phony::micro::works(state, commands_in(tokens) == commands)) return;
    std::size_t bytes = 0;
    for (const auto token : tokens) bytes += token.size();

    CommandParser parser;
    Meter meter{state};
    for (auto _ : state) {
        for (const auto token : tokens) benchmark::DoNotOptimize(parser.feed(token));
        benchmark::DoNotOptimize(parser.finish());
    }
    meter.report({.operations = tokens.size(), .bytes = bytes});
}
BENCHMARK_CAPTURE(command_parser, words, plain_words, 0);
BENCHMARK_CAPTURE(command_parser, words_and_commands, words_and_commands, 2);

}  // namespace
