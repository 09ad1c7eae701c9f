// What an event costs the call that publishes it: written as JSON once, kept, folded into the
// state, and offered to viewers, who take it on the same thread here; woken on another core, a
// viewer costs the call one post more for each burst.
//
//     phony_benchmarks --benchmark_filter=event_hub

#include "hub/event_hub.hpp"
#include "meter.hpp"
#include "samples.hpp"

#include <boost/asio/io_context.hpp>
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace phony;

/// One read from the model, as words usually come; range(0): how many watch its call.
void event_hub_token(benchmark::State& state)
{
    boost::asio::io_context io;
    hub::EventHub hub;
    hub::EventHub::Source call{hub, std::string{micro::call_sid}};
    std::vector<std::unique_ptr<hub::EventHub::Viewer>> viewers;
    viewers.reserve(static_cast<std::size_t>(state.range(0)));
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        viewers.push_back(std::make_unique<hub::EventHub::Viewer>(
            hub,
            io.get_executor(),
            api::EventSubscription{.call_sid = std::string{micro::call_sid}}));
    }
    const call::Event token = call::AssistantToken{7, " certainly,"};
    call.publish(token);
    for (const auto& viewer : viewers)
        if (!micro::works(state, viewer->take().has_value())) return;

    micro::Meter meter{state};
    for (auto _ : state) {
        call.publish(token);
        for (const auto& viewer : viewers)
            while (auto text = viewer->take()) benchmark::DoNotOptimize(text);
        io.restart();
        io.poll();
    }
    meter.report({});
}
BENCHMARK(event_hub_token)->ArgName("viewers")->Arg(0)->Arg(1)->Arg(10);

/// How long a call is held up by a viewer who joins when all that can be kept is kept.
void event_hub_join(benchmark::State& state)
{
    boost::asio::io_context io;
    hub::EventHub hub;
    hub::EventHub::Source call{hub, "CA1"};
    for (int i = 0; i < 20'000; ++i) call.publish(call::AssistantToken{7, " certainly,"});

    micro::Meter meter{state};
    for (auto _ : state) {
        const hub::EventHub::Viewer viewer{hub, io.get_executor(), {.call_sid = "CA1"}};
        benchmark::DoNotOptimize(viewer.state());
    }
    meter.report({});
}
BENCHMARK(event_hub_join);

}  // namespace
