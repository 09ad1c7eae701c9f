// What the conversation costs: a token, from one read of the model to the words for the relay and
// the event for those who watch; a whole turn; and the history that the model is shown.
//
// Plain words that fit a short string need no allocation of their own, only the growth of what is
// remembered.
//
//     phony_benchmarks --benchmark_filter=conversation

#include "meter.hpp"
#include "talk.hpp"
#include <phony/call/input.hpp>

#include <array>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string_view>

namespace {

using namespace phony;
using micro::Meter;
using micro::Talk;
using micro::works;

constexpr std::size_t tokens_of_reply = 40;

std::string_view word(std::size_t i)
{
    constexpr std::array<std::string_view, 8> words = {
        " Your", " next", " visit", " is", " on", " Tuesday", " at", " ten."};
    return words[i % words.size()];
}

void say_reply(Talk& talk)
{
    for (std::size_t i = 0; i < tokens_of_reply; ++i) benchmark::DoNotOptimize(talk.token(word(i)));
}

void conversation_token(benchmark::State& state)
{
    constexpr std::size_t tokens = 5 * tokens_of_reply;  // long, so that pausing does not matter
    Talk talk;
    talk.begin_turn();
    if (!works(state, talk.token("Well.").size() == 2)) return;  // words for the relay, an event

    Meter meter{state};
    for (auto _ : state) {
        meter.pause();
        talk.end_turn();
        talk.begin_turn();
        talk.token("Well.");
        meter.resume();
        for (std::size_t i = 0; i < tokens; ++i) benchmark::DoNotOptimize(talk.token(word(i)));
    }
    meter.report({.operations = tokens});
}
BENCHMARK(conversation_token);

/// With all that happens but once in it.
void conversation_turn(benchmark::State& state)
{
    Talk talk;
    talk.fill_history();
    Meter meter{state};
    for (auto _ : state) {
        talk.begin_turn();
        say_reply(talk);
        talk.end_turn();
    }
    meter.report({});
}
BENCHMARK(conversation_turn);

/// The caller speaks again before half of the reply was heard, which the dialogue has to learn.
void conversation_turn_with_barge_in(benchmark::State& state)
{
    Talk talk;
    talk.fill_history();
    Meter meter{state};
    for (auto _ : state) {
        talk.begin_turn();
        say_reply(talk);
        talk.step(call::AgentSpeaking{true});
        benchmark::DoNotOptimize(talk.step(call::Interrupted{"Your next visit"}));
    }
    meter.report({});
}
BENCHMARK(conversation_turn_with_barge_in);

void conversation_history(benchmark::State& state)
{
    Talk talk{static_cast<std::size_t>(state.range(0))};
    talk.fill_history();
    std::size_t bytes = 0;
    for (const auto& message : talk.conversation().history()) bytes += message.content.size();
    if (!works(state, bytes > 0)) return;

    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(talk.conversation().history());
    meter.report({.bytes = bytes});
}
BENCHMARK(conversation_history)->ArgName("tokens")->Arg(1'000)->Arg(24'000);

}  // namespace
