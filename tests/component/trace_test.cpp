// A call and its requests to the model are parts of one trace, whoever began it.

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/model_test.hpp"
#include "support/relay_client.hpp"
#include <phony/base/trace_context.hpp>

#include <functional>

#include <gmock/gmock.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using async::awaitable;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::Optional;

const std::string proxys_trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string proxys_parent = "00-" + proxys_trace + "-00f067aa0ba902b7-00";

class Trace : public ModelTest {
protected:
    using Script = std::function<awaitable<void>(RunningApp& app)>;

    void run(const Script& script)
    {
        RunningApp app{{{"OPENAI_BASE_URL", openai.base_url()}}};
        play(app, script(app));
    }

    static awaitable<RelayClient> dial(RunningApp& app, RelayClient::Headers headers)
    {
        auto caller = co_await RelayClient::open(app.address(), "/relay/ws", std::move(headers));
        co_await caller.send(setup_frame("CA1"));
        co_return caller;
    }

    static awaitable<void> ask(RelayClient& caller)
    {
        co_await caller.prompt("Hi");
        EXPECT_TRUE((co_await caller.reply()).complete);
    }

    static awaitable<void> hang_up(RunningApp& app, RelayClient& caller)
    {
        co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app.events().ended("CA1"); }));
    }

    /// As the model was told, request by request.
    std::vector<std::optional<TraceContext>> told() const
    {
        std::vector<std::optional<TraceContext>> contexts;
        for (const auto& request : openai.requests()) {
            const auto parent = request.headers.find("traceparent");
            const auto state = request.headers.find("tracestate");
            contexts.push_back(
                parse_trace_context(parent == request.headers.end() ? "" : parent->second,
                                    state == request.headers.end() ? "" : state->second));
        }
        return contexts;
    }
};

TEST_F(Trace, begins_with_the_call_and_goes_through_all_its_requests)
{
    openai.answer(FakeReply{.tokens = {"Hello."}});
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await dial(app, {});
        co_await ask(caller);
        co_await ask(caller);
        co_await hang_up(app, caller);

        const auto trace = app.events().all<call::CallStarted>("CA1").at(0).trace_id;
        EXPECT_EQ(trace.size(), 32U);
        EXPECT_EQ(told().size(), 2U);
        std::set<TraceContext::SpanId> spans;
        for (const auto& context : told()) {
            EXPECT_TRUE(context.has_value());
            if (!context) continue;
            EXPECT_EQ(to_hex(context->trace_id), trace);
            EXPECT_TRUE(context->sampled);
            spans.insert(context->span_id);
        }
        EXPECT_EQ(spans.size(), 2U) << "each request is a span of its own";
        EXPECT_THAT(app.events().all<call::Latency>("CA1"),
                    Each(Field(&call::Latency::trace_id, trace)));
    });
}

TEST_F(Trace, that_a_proxy_began_is_continued)
{
    openai.answer(FakeReply{.tokens = {"Hello."}});
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await dial(app,
                                    {{"traceparent", proxys_parent},
                                     {"tracestate", "rojo=00f067aa0ba902b7"},
                                     {"Tracestate", "congo=t61rcWkgMzE"}});
        co_await ask(caller);
        co_await hang_up(app, caller);

        const auto proxys = parse_trace_context(proxys_parent, "").value();
        const auto contexts = told();
        EXPECT_THAT(contexts,
                    ElementsAre(Optional(Field(&TraceContext::trace_id, proxys.trace_id))));
        const auto& context = contexts.at(0).value();
        EXPECT_NE(context.span_id, proxys.span_id);
        EXPECT_FALSE(context.sampled) << "whoever began it does not record it";
        EXPECT_EQ(context.state, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
        EXPECT_EQ(app.events().all<call::CallStarted>("CA1").at(0).trace_id, proxys_trace);
    });
}

TEST_F(Trace, begins_anew_when_what_came_in_is_not_valid)
{
    openai.answer(FakeReply{.tokens = {"Hello."}});
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await dial(app,
                                    {{"traceparent", proxys_parent},
                                     {"traceparent", proxys_parent},
                                     {"tracestate", "rojo=00f067aa0ba902b7"}});
        co_await ask(caller);
        co_await hang_up(app, caller);
        const auto context = told().at(0).value();
        EXPECT_NE(to_hex(context.trace_id), proxys_trace);
        EXPECT_EQ(context.state, "");
    });
}

TEST_F(Trace, goes_on_when_a_request_is_tried_again)
{
    openai.answer([this](const FakeOpenAi::Request&) {
        auto reply = openai.requests().size() == 1 ? error_reply(500, "server_error")
                                                   : FakeReply{.tokens = {"Hello."}};
        reply.request_id = "req_" + std::to_string(openai.requests().size());
        return reply;
    });
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await dial(app, {});
        co_await ask(caller);
        co_await hang_up(app, caller);
        const auto contexts = told();
        EXPECT_EQ(contexts.size(), 2U);
        EXPECT_EQ(contexts.at(0).value().trace_id, contexts.at(1).value().trace_id);
        EXPECT_NE(contexts.at(0).value().span_id, contexts.at(1).value().span_id);
        EXPECT_THAT(app.events().all<call::Latency>("CA1"),
                    ElementsAre(Field(&call::Latency::request_id, "req_2")));
    });
}

TEST_F(Trace, goes_on_when_the_call_is_resumed)
{
    openai.answer(FakeReply{.tokens = {"Hello."}});
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await dial(app, {});
        co_await ask(caller);
        caller.break_off();
        EXPECT_TRUE(co_await eventually([&] { return app.events().ended("CA1"); }));
        auto again = co_await dial(app, {});
        co_await ask(again);
        co_await again.hang_up();
        const auto contexts = told();
        EXPECT_EQ(contexts.size(), 2U);
        EXPECT_EQ(contexts.at(0).value().trace_id, contexts.at(1).value().trace_id);
    });
}

TEST_F(Trace, and_the_models_name_of_the_request_stand_in_the_history)
{
    openai.answer(FakeReply{.tokens = {"Hello."}, .request_id = "req_0123"});
    run([&](RunningApp& app) -> awaitable<void> {
        auto caller = co_await dial(app, {{"traceparent", proxys_parent}});
        co_await ask(caller);
        co_await hang_up(app, caller);
        // What is committed comes at most some moments after it happened.
        boost::json::array latencies;
        while (latencies.empty()) {
            const auto call = co_await get(app.address(), "/calls/CA1");
            if (call.status == 200) latencies = call.json().at("latencies").as_array();
        }
        EXPECT_EQ(latencies.at(0).at("traceId").as_string(), proxys_trace);
        EXPECT_EQ(latencies.at(0).at("requestId").as_string(), "req_0123");
    });
}

}  // namespace
}  // namespace phony::test
