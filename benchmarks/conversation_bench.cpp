// What a token costs in the conversation: from one read of the model to the words for the relay and
// the event for those who watch. `allocations` are counted per token; plain words that fit a short
// string need none of their own, only the growth of what is remembered.
//
//     phony_benchmarks --benchmark_filter=conversation

#include <phony/call/conversation.hpp>

#include <array>
#include <atomic>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

void* operator new(std::size_t size)
{
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace {

using namespace phony;
using namespace phony::call;
using namespace std::chrono_literals;

constexpr int tokens_per_reply = 200;
constexpr std::array<std::string_view, 8> tokens = {
    " Your", " next", " visit", " is", " on", " Tuesday", " at", " ten."};

/// Turns of 200 tokens. The shell hands the same vector to each step, so its growth is not counted.
void conversation_step_per_token(benchmark::State& state)
{
    const Policy policy;
    Conversation conversation{policy};
    std::vector<Action> actions;
    TimePoint now = TimePoint{} + 1h;
    Turn turn = 0;
    std::uint64_t allocated = 0;

    conversation.step(Connected{.call_sid = "CA1"}, now, actions);
    for (auto _ : state) {
        state.PauseTiming();
        now += 1min;
        conversation.step(Prompted{"and when is the next one?"}, now, actions);
        benchmark::DoNotOptimize(conversation.history());
        ++turn;
        conversation.step(TokensArrived{turn, "Well."}, now, actions);
        const std::uint64_t before = allocations;
        state.ResumeTiming();

        for (int i = 0; i < tokens_per_reply; ++i) {
            actions.clear();
            now += 10ms;
            const auto token = tokens[static_cast<std::size_t>(i) % tokens.size()];
            conversation.step(TokensArrived{turn, token}, now, actions);
            benchmark::DoNotOptimize(actions.data());
        }

        state.PauseTiming();
        allocated += allocations - before;
        conversation.step(TokensArrived{turn, "", true}, now, actions);
        conversation.step(AgentSpeaking{true}, now, actions);
        conversation.step(AgentSpeaking{false}, now, actions);
        state.ResumeTiming();
    }
    const std::int64_t items = state.iterations() * tokens_per_reply;
    state.SetItemsProcessed(items);
    state.counters["allocations"] =
        items == 0 ? 0.0 : static_cast<double>(allocated) / static_cast<double>(items);
}
BENCHMARK(conversation_step_per_token);

}  // namespace
