// What a frame costs on either way through the relay codec, and the look at the first one that
// tells which dialect is spoken.
//
//     phony_benchmarks --benchmark_filter=relay

#include "meter.hpp"
#include "samples.hpp"
#include <phony/call/action.hpp>
#include <phony/call/input.hpp>
#include <phony/twilio/relay.hpp>

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace {

using namespace phony;
using micro::Meter;
using micro::works;
using twilio::ConversationRelay;
using twilio::Dialect;

constexpr std::string_view setup_frame =
    R"({"type":"setup","sessionId":"VX0123456789abcdef0123456789abcdef","accountSid":)"
    R"("AC0123456789abcdef0123456789abcdef","parentCallSid":"","callSid":)"
    R"("CA0123456789abcdef0123456789abcdef","from":"+15551234567","to":"+18578167225",)"
    R"("forwardedFrom":"","callType":"PSTN","callerName":"","direction":"inbound","callStatus":)"
    R"("RINGING","customParameters":{"callSid":"CA0123456789abcdef0123456789abcdef"}})";
constexpr std::string_view played_frame =
    R"({"type":"info","name":"tokensPlayed","value":"The Basic plan costs ten dollars a month"})";
constexpr std::string_view interrupt_frame =
    R"({"type":"interrupt","utteranceUntilInterrupt":"The Basic plan costs",)"
    R"("durationUntilInterruptMs":"912"})";

/// `meant`: an input of the kind that the frame must be understood as.
void relay_parse(benchmark::State& state, std::string_view frame, const call::Input& meant)
{
    ConversationRelay codec;
    const auto input = codec.parse_frame(frame);
    if (!works(state, input.has_value() && input->index() == meant.index())) return;

    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(codec.parse_frame(frame));
    meter.report({.bytes = frame.size()});
}
BENCHMARK_CAPTURE(relay_parse, setup, setup_frame, call::Connected{});
BENCHMARK_CAPTURE(relay_parse, prompt, micro::prompt_frame, call::Prompted{});
BENCHMARK_CAPTURE(relay_parse, interrupt, interrupt_frame, call::Interrupted{});
BENCHMARK_CAPTURE(relay_parse, tokens_played, played_frame, call::Played{});

/// `ends`: how the frame must end.
void relay_write(benchmark::State& state, const call::Output& output, std::string_view ends)
{
    ConversationRelay codec;
    const auto frames = codec.frames(output);
    if (!works(state, frames.size() == 1 && frames.front().ends_with(ends))) return;
    const std::size_t bytes = frames.front().size();

    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(codec.frames(output));
    meter.report({.bytes = bytes});
}
BENCHMARK_CAPTURE(relay_write, token, call::Speak{1, " open"}, R"("last":false})");
BENCHMARK_CAPTURE(relay_write, reply, call::Speak{1, std::string{micro::reply}, true}, "true}");
BENCHMARK_CAPTURE(relay_write,
                  escapes,
                  call::Speak{1, "\"Caf\u00e9\"\n\u201cZo\u00eb\u201d"},
                  "false}");
BENCHMARK_CAPTURE(relay_write, digits, call::PressKeys{"123#"}, R"("123#"})");
BENCHMARK_CAPTURE(relay_write, transfer, call::TransferCall{"+15551234567"}, R"(4567\"}"})");

void relay_detect(benchmark::State& state, std::string_view frame, Dialect dialect)
{
    if (!works(state, twilio::detect_dialect(frame) == dialect)) return;
    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(twilio::detect_dialect(frame));
    meter.report({.bytes = frame.size()});
}
BENCHMARK_CAPTURE(relay_detect, conversation_relay, setup_frame, Dialect::conversation_relay);
BENCHMARK_CAPTURE(relay_detect,
                  reference,
                  R"({"event":"start","callSid":"CA0123456789abcdef0123456789abcdef"})",
                  Dialect::reference);

}  // namespace
