// What the body of a request to the model costs, as the dialogue grows: it is written anew for each
// turn, between what the caller said and the first byte to the model.
//
//     phony_benchmarks --benchmark_filter=chat_request

#include "meter.hpp"
#include "samples.hpp"
#include <phony/call/message.hpp>
#include <phony/openai/chat_request.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

using namespace phony;

void chat_request(benchmark::State& state)
{
    const openai::ChatRequest request{{.model = "gpt-5.4-mini",
                                       .system_prompt = std::string(2000, 'x'),
                                       .prompt_cache_key = {},
                                       .extra_body = {}}};
    const auto turns = static_cast<std::size_t>(state.range(0));
    std::vector<call::Message> dialogue;
    dialogue.reserve(2 * turns);
    for (std::size_t i = 0; i < turns; ++i) {
        dialogue.push_back({call::Role::user, "Hello, which phone plans do you have?"});
        dialogue.push_back({call::Role::assistant, std::string{micro::reply}});
    }
    const std::size_t bytes = request.body(dialogue).size();
    if (!micro::works(state, bytes > 2000 + turns * micro::reply.size())) return;

    micro::Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(request.body(dialogue));
    meter.report({.bytes = bytes});
}
BENCHMARK(chat_request)->ArgName("turns")->Arg(1)->Arg(10)->Arg(100);

}  // namespace
