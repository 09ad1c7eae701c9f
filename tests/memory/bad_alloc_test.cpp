// Memory that is not there, at each allocation in turn: parsers and the conversation throw
// bad_alloc and nothing else, and can be destroyed. What becomes of the call is for
// tests/component/bugs_test.cpp.

#include "memory/failing_new.hpp"
#include <phony/api/override_request.hpp>
#include <phony/call/conversation.hpp>
#include <phony/openai/chat_request.hpp>
#include <phony/openai/reply_reader.hpp>
#include <phony/twilio/reference_relay.hpp>
#include <phony/twilio/relay.hpp>
#include <phony/twilio/twiml.hpp>

#include <chrono>
#include <cstddef>
#include <functional>

#include <gtest/gtest.h>

#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;

/// Runs it until none of its allocations is left to fail. How many there were.
std::size_t fail_at_each_allocation(const std::function<void()>& what)
{
    constexpr std::size_t most = 100'000;
    failing_new::count_this_thread();
    for (std::size_t nth = 1; nth < most; ++nth) {
        failing_new::arm(nth);
        bool threw = false;
        try {
            what();
        } catch (const std::bad_alloc&) {
            threw = true;
        }
        const bool failed = failing_new::disarm();
        EXPECT_TRUE(failed || !threw);
        if (!failed) return nth - 1;
    }
    ADD_FAILURE() << "it allocates for ever";
    return 0;
}

TEST(BadAlloc, in_a_relays_frame_leaves_the_parser_usable)
{
    const std::string prompt = R"({"type":"prompt","voicePrompt":")" + std::string(200, 'x') +
                               R"(","lang":"en-US","last":true})";
    twilio::ConversationRelay relay;
    EXPECT_GT(fail_at_each_allocation([&] { (void)relay.parse_frame(prompt); }), 0U);
    EXPECT_TRUE(relay.parse_frame(prompt));

    const std::string transcript = R"({"event":"transcript","transcript":{"text":")" +
                                   std::string(200, 'x') + R"(","confidence":1,"final":true}})";
    twilio::ReferenceRelay reference;
    EXPECT_GT(fail_at_each_allocation([&] { (void)reference.parse_frame(transcript); }), 0U);
    EXPECT_TRUE(reference.parse_frame(transcript));
}

TEST(BadAlloc, in_a_models_reply_ends_the_reply)
{
    const std::string event = R"(data: {"choices":[{"index":0,"delta":{"content":")" +
                              std::string(100, 'x') +
                              R"(\u00e9"},"finish_reason":null}]})"
                              "\n\n";
    EXPECT_GT(fail_at_each_allocation([&] {
                  openai::ReplyReader reader;
                  const std::string half = event.substr(0, 90);
                  (void)reader.read(half);
                  (void)reader.read(event.substr(90));
                  (void)reader.read("data: {\"error\":{\"message\":\"x\",\"code\":\"y\"}}\n\n");
                  (void)reader.finish();
              }),
              5U);
}

TEST(BadAlloc, in_a_request_of_a_supervisor_refuses_it)
{
    EXPECT_GT(
        fail_at_each_allocation([] {
            (void)api::parse_override(
                api::OverrideAction::text,
                R"({"callSid":"CA0123456789abcdef0123456789abcdef","text":"A sentence that is long"})");
        }),
        0U);
}

TEST(BadAlloc, in_a_document_leaves_nothing_behind)
{
    const twilio::RelayOptions options{.public_url = "https://phony.example.net",
                                       .welcome_greeting = "Hello, how can I help you today?"};
    EXPECT_GT(fail_at_each_allocation([&] { (void)twilio::connect(options, "CA1", "a token"); }),
              5U);
}

/// A whole call: a prompt, a reply with a command, a barge-in, an override, a failure, the end.
void talk(const call::Policy& policy)
{
    using namespace call;
    Conversation conversation{policy};
    TimePoint now{1h};
    std::vector<Action> actions;
    const auto step = [&](const Input& input) {
        actions.clear();
        conversation.step(input, now += 100ms, actions);
    };
    step(Connected{.call_sid = "CA1", .from = "+15551234567", .to = "+15559876543"});
    step(Prompted{"What are your opening hours on a public holiday?", true});
    step(RequestWritten{1});
    step(ResponseStarted{1, "req_1"});
    step(TokensArrived{1, "We are open from nine to five. [[press:12", false});
    step(TokensArrived{1, "]] And one more thing that takes a while to say.", true});
    step(SpeechWritten{1});
    step(Played{"We are open from nine to five."});
    step(Interrupted{"And one more"});
    step(Overridden{SayText{"A supervisor speaks here, at some length."}, "ada"});
    step(Prompted{"And tomorrow?", true});
    step(ThinkFailed{2, ModelFailure::server, "HTTP 500"});
    step(ThinkFailed{2, ModelFailure::server, "HTTP 500"});
    const openai::ChatRequest request{{.model = "m", .system_prompt = "You are kind."}};
    (void)request.body(conversation.history());
    step(HungUp{});
}

TEST(BadAlloc, anywhere_in_a_conversation_ends_it)
{
    call::Policy policy;
    policy.greeting = "Hello, how can I help you today?";
    EXPECT_GT(fail_at_each_allocation([&] { talk(policy); }), 50U);
}

}  // namespace
}  // namespace phony::test
