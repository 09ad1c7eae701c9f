// What an event costs as JSON: written once, watched or not, on the call's own thread.
//
//     phony_benchmarks --benchmark_filter=event_json

#include "meter.hpp"
#include "samples.hpp"
#include <phony/api/event_json.hpp>
#include <phony/call/event.hpp>

#include <boost/json/parse.hpp>
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace {

using namespace phony;

void event_json(benchmark::State& state, const call::Event& event)
{
    const api::EventStamp stamp{micro::call_sid, 42, {}};
    std::string out = api::event_json(stamp, event);
    boost::system::error_code not_json;
    boost::json::parse(out, not_json);
    if (!micro::works(state, !not_json)) return;
    const std::size_t bytes = out.size();

    micro::Meter meter{state};
    for (auto _ : state) {
        out.clear();
        api::append_event(out, stamp, event);
        benchmark::DoNotOptimize(out.data());
    }
    meter.report({.bytes = bytes});
}
BENCHMARK_CAPTURE(event_json, assistant_token, call::AssistantToken{7, " certainly,"});
BENCHMARK_CAPTURE(event_json, transcript, call::Transcript{"Which phone plans do you have?"});
BENCHMARK_CAPTURE(event_json, assistant_reply, call::AssistantReply{7, std::string{micro::reply}});
BENCHMARK_CAPTURE(event_json, command_executed, call::CommandExecuted{"press", "123#", 7});
BENCHMARK_CAPTURE(event_json, latency, micro::latency());

}  // namespace
