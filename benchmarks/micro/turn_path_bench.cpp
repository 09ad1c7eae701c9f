// The pure part of a turn as a whole, without sockets: what our own code adds to the two waits that
// a caller has because of us. The difference to what the load tool measures is the kernel and the
// loops.
//
//     phony_benchmarks --benchmark_filter=turn_path

#include "meter.hpp"
#include "samples.hpp"
#include "talk.hpp"
#include <phony/api/event_json.hpp>
#include <phony/call/action.hpp>
#include <phony/call/outbox.hpp>
#include <phony/openai/chat_request.hpp>
#include <phony/openai/reply_reader.hpp>
#include <phony/twilio/relay.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace phony;
using micro::Meter;
using micro::Talk;
using micro::works;

/// Carries out what a token causes: words become a frame, events JSON.
class Shell {
public:
    void carry_out(std::vector<call::Action>& actions)
    {
        for (call::Action& action : actions) {
            if (auto* say = std::get_if<call::Say>(&action)) {
                outbox_.push(std::move(say->output));
            } else if (const auto* publish = std::get_if<call::Publish>(&action)) {
                event_.clear();
                api::append_event(event_, {micro::call_sid, ++seq_, {}}, publish->event);
            }
        }
        while (const auto next = outbox_.pop()) {
            frame_bytes_ = 0;
            for (const auto frame : codec_.frames(next->output)) frame_bytes_ += frame.size();
        }
        benchmark::DoNotOptimize(event_.data());
    }

    std::size_t last_frame_bytes() const { return frame_bytes_; }

private:
    call::Outbox outbox_;
    twilio::ConversationRelay codec_;
    std::string event_;
    std::uint64_t seq_ = 0;
    std::size_t frame_bytes_ = 0;
};

/// Bytes from the model → a frame for the relay and an event; range(0): tokens that come at once.
void turn_path_token(benchmark::State& state)
{
    constexpr std::size_t tokens = 200;  // of a reply; long, so that pausing does not matter
    const auto at_once = static_cast<std::size_t>(state.range(0));
    const std::string read = micro::token_events(at_once);
    openai::ReplyReader reader;
    Talk talk;
    Shell shell;

    talk.begin_turn();
    shell.carry_out(talk.token(reader.read(read).text));
    if (!works(state, shell.last_frame_bytes() > at_once * 5)) return;  // " open"

    Meter meter{state};
    for (auto _ : state) {
        meter.pause();
        talk.end_turn();
        talk.begin_turn();
        meter.resume();
        for (std::size_t i = 0; i < tokens; i += at_once)
            shell.carry_out(talk.token(reader.read(read).text));
    }
    meter.report({.operations = tokens, .bytes = tokens / at_once * read.size()});
}
BENCHMARK(turn_path_token)->ArgName("at_once")->Arg(1)->Arg(40);

/// A prompt's frame → the body of the request; range(0): how many tokens the history has.
void turn_path_prompt(benchmark::State& state)
{
    const openai::ChatRequest request{{.model = "gpt-5.4-mini",
                                       .system_prompt = std::string(2000, 'x'),
                                       .prompt_cache_key = {},
                                       .extra_body = {}}};
    twilio::ConversationRelay codec;
    Talk talk{static_cast<std::size_t>(state.range(0))};
    talk.fill_history();
    std::size_t bytes = 0;
    if (!works(state, codec.parse_frame(micro::prompt_frame).has_value())) return;

    Meter meter{state};
    for (auto _ : state) {
        const auto input = codec.parse_frame(micro::prompt_frame);
        if (!works(state, input.has_value())) break;
        talk.hear(*input);
        const std::string body = request.body(talk.conversation().history());
        bytes = body.size();
        meter.pause();
        talk.begin_reply();
        talk.token(micro::reply);
        talk.end_turn();
        meter.resume();
    }
    if (!works(state, bytes > 2000)) return;
    meter.report({.bytes = bytes});
}
BENCHMARK(turn_path_prompt)->ArgName("history")->Arg(1'000)->Arg(24'000);

}  // namespace
