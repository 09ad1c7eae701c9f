// An exception where none was expected, such as memory that is not there, at each event of a call:
// it ends that call at most, tells why, and costs no other.

#include "support/eventually.hpp"
#include "support/model_test.hpp"
#include "support/relay_client.hpp"

#include <atomic>
#include <chrono>

#include <gtest/gtest.h>

#include <new>
#include <string>
#include <vector>

namespace phony::test {
namespace {

using async::awaitable;

struct Moment {
    std::string name;
    call::Event event;
};

std::vector<Moment> moments()
{
    return {{"call_started", call::CallStarted{}},
            {"transcript", call::Transcript{}},
            {"assistant_token", call::AssistantToken{}},
            {"command_executed", call::CommandExecuted{}},
            {"assistant_reply", call::AssistantReply{}},
            {"supervisor_override", call::SupervisorOverride{}},
            {"dtmf", call::Dtmf{}},
            {"call_ended", call::CallEnded{}}};
}

class Bugs : public ModelTest, public testing::WithParamInterface<Moment> {
protected:
    Bugs()
    {
        openai.answer([](const FakeOpenAi::Request& request) {
            if (request.last_message() == "Press it.")
                return FakeReply{.tokens = {"Done. ", "[[press:1]]", " Anything else?"}};
            return FakeReply{.tokens = {"All ", "is well."}};
        });
    }
};

TEST_P(Bugs, end_one_call_at_most)
{
    std::atomic<bool> thrown = false;
    RunningApp app{{{"OPENAI_BASE_URL", openai.base_url()}, {"PHONY_THREADS", "1"}},
                   {},
                   [&](const api::EventStamp& stamp, const call::Event& event) {
                       if (stamp.call_sid != "CA_unlucky") return;
                       if (event.index() != GetParam().event.index() || thrown.exchange(true))
                           return;
                       throw std::bad_alloc{};
                   }};
    const auto script = [&]() -> awaitable<void> {
        auto bystander = co_await RelayClient::dial(app.address(), "CA_bystander");
        const auto is_well = [&]() -> awaitable<void> {
            co_await bystander.prompt("And you?");
            const auto reply = co_await bystander.reply();
            EXPECT_EQ(reply.text, "All is well.");
            EXPECT_TRUE(reply.complete);
        };
        co_await is_well();

        auto unlucky = co_await RelayClient::dial(app.address(), "CA_unlucky");
        co_await unlucky.prompt("Press it.");
        co_await unlucky.reply();
        co_await post_json(
            app.address(), "/override/text", R"({"callSid":"CA_unlucky","text":"Hello."})");
        co_await unlucky.send(R"({"type":"dtmf","digit":"5"})");
        co_await is_well();
        co_await unlucky.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.figures().active_calls == 1; }));
        EXPECT_TRUE(thrown);
        EXPECT_TRUE(app.events().ended("CA_unlucky"));

        // Its callSid can be used again, and nobody else has noticed.
        auto again = co_await RelayClient::dial(app.address(), "CA_unlucky");
        co_await again.prompt("Hello?");
        EXPECT_EQ((co_await again.reply()).text, "All is well.");
        co_await again.hang_up();
        co_await is_well();
        EXPECT_EQ(app.events().count<call::CallError>("CA_bystander"), 0U);
        co_await bystander.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.is_idle(); }));
        EXPECT_EQ(app.metric("phony_active_calls"), 0);
    };
    play(app, script(), std::chrono::seconds{60});
}

INSTANTIATE_TEST_SUITE_P(, Bugs, testing::ValuesIn(moments()), [](const auto& info) {
    return info.param.name;
});

}  // namespace
}  // namespace phony::test
