// Calls that are placed through Twilio's REST API, which a test answers for.

#include "support/eventually.hpp"
#include "support/fake_openai.hpp"
#include "support/http_client.hpp"
#include "support/relay_client.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"
#include <phony/call/event.hpp>
#include <phony/twilio/signature.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <functional>

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using namespace async::asio::experimental::awaitable_operators;
using async::awaitable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Fault = FakeReply::Fault;
using Point = FakeReply::Point;

const std::string token = "4b1d0c2e7a9f48318c65d2ee90ab7713";
const std::string public_url = "https://agent.example.net";

/// An answer of the REST API.
FakeReply rest(int status, std::string body)
{
    FakeReply reply;
    reply.status = status;
    reply.content_type = "application/json";
    reply.body = std::move(body);
    reply.framing = FakeReply::Framing::content_length;
    return reply;
}

FakeReply accepts(const std::string& call_sid)
{
    return rest(201, R"({"sid":")" + call_sid + R"(","status":"queued"})");
}

FakeReply fails(Point point, Fault fault)
{
    auto reply = accepts("CA1");
    reply.fault_at = point;
    reply.fault = fault;
    return reply;
}

const std::string order = R"({"to":"+15551234567","consent":true})";

class OutboundCalls : public AppTest {
protected:
    OutboundCalls()
    {
        openai.answer(echo);
        twilio.answer(accepts("CA1"));
    }

    using Script = std::function<awaitable<void>()>;

    void run(const Script& script, RunningApp::Settings settings = {})
    {
        settings.emplace("OPENAI_BASE_URL", openai.base_url());
        settings.emplace("TWILIO_ACCOUNT_SID", "AC91");
        settings.emplace("TWILIO_AUTH_TOKEN", token);
        settings.emplace("TWILIO_API_BASE_URL",
                         "http://127.0.0.1:" + std::to_string(twilio.port()));
        settings.emplace("PHONY_PUBLIC_URL", public_url);
        settings.emplace("PHONY_TWIML_PROFILE", "reference");
        settings.emplace("PHONY_CALLER_ID", "+18578167225");
        settings.emplace("PHONY_CALLS_PER_SECOND", "0");
        RunningApp running{std::move(settings)};
        app = &running;
        const auto whole = [&]() -> awaitable<void> {
            co_await script();
            EXPECT_TRUE(co_await eventually([&] { return running.is_idle(); }));
            openai.close();
            twilio.close();
        };
        run_io(io, whole());
    }

    awaitable<HttpReply> place(const std::string& body = order, Headers headers = {})
    {
        headers.emplace_back("Content-Type", "application/json");
        return ask(app->address(), request_text("POST", "/calls", headers, body));
    }
    awaitable<HttpReply> place_under(std::string key, const std::string& body = order)
    {
        return place(body, {{"Idempotency-Key", std::move(key)}});
    }

    /// What Twilio posts, with its signature.
    awaitable<HttpReply> webhook(const std::string& target, std::vector<FormField> fields)
    {
        const Form form{std::move(fields)};
        return post_form(
            app->address(),
            target,
            form,
            {{"X-Twilio-Signature", twilio::sign_form_post(token, public_url + target, form)}});
    }
    awaitable<HttpReply> status(std::string status, std::string call_sid = "CA1")
    {
        return webhook("/call_status",
                       {{"CallSid", std::move(call_sid)}, {"CallStatus", std::move(status)}});
    }
    awaitable<HttpReply> answered(std::string answered_by = {}, const std::string& query = {})
    {
        return webhook("/start_call" + query,
                       {{"CallSid", "CA1"},
                        {"CallStatus", "in-progress"},
                        {"Direction", "outbound-api"},
                        {"AnsweredBy", std::move(answered_by)}});
    }
    awaitable<RelayClient> relay()
    {
        auto caller = co_await RelayClient::open(
            app->address(),
            "/relay/ws",
            {{"X-Twilio-Signature", twilio::sign(token, "wss://agent.example.net/relay/ws")}});
        co_await caller.send(setup_frame("CA1"));
        co_return caller;
    }

    awaitable<boost::json::array> listed()
    {
        const auto reply = co_await get(app->address(), "/calls");
        co_return reply.json().at("calls").as_array();
    }
    awaitable<std::string> state_of_only_call()
    {
        const auto calls = co_await listed();
        if (calls.size() != 1) co_return "there are " + std::to_string(calls.size());
        co_return std::string{calls[0].at("state").as_string()};
    }

    /// CA1 as the history has it, once it has ended there for this reason.
    awaitable<boost::json::object> past(std::string_view reason)
    {
        async::Timer pause{co_await async::asio::this_coro::executor};
        const auto until = std::chrono::steady_clock::now() + patience;
        for (;;) {
            auto call = (co_await get(app->address(), "/calls/CA1")).json();
            const auto* ended = call.if_contains("endReason");
            if (ended != nullptr && ended->is_string() &&
                std::string_view{ended->get_string()} == reason)
                co_return call;
            EXPECT_LT(std::chrono::steady_clock::now(), until) << boost::json::serialize(call);
            if (std::chrono::steady_clock::now() > until) co_return call;
            pause.expires_after(10ms);
            co_await pause.async_wait(async::as_result);
        }
    }

    double outcomes(const std::string& outcome) const
    {
        return app->metric("phony_outbound_calls_total{outcome=\"" + outcome + "\"}");
    }
    std::vector<std::string> reasons() const
    {
        std::vector<std::string> found;
        for (const auto& ended : app->events().all<call::CallEnded>("CA1"))
            found.push_back(ended.reason);
        return found;
    }

    async::asio::io_context io;
    FakeOpenAi openai{io};
    FakeOpenAi twilio{io};  // its HTTP, with answers of the other kind
    RunningApp* app = nullptr;
};

// ── a call that comes about ──

TEST_F(OutboundCalls, are_placed_answered_and_talked_to)
{
    run([this]() -> awaitable<void> {
        const auto reply = co_await place();
        EXPECT_EQ(reply.status, 201U);
        EXPECT_EQ(reply.headers.at("location"), "/calls/CA1");
        EXPECT_EQ(
            reply.body,
            R"({"status":"success","message":"Calling +15551234567","callSid":"CA1","state":"dialing"})");
        EXPECT_EQ(twilio.requests().size(), 1U);
        EXPECT_EQ(twilio.requests()[0].target, "/2010-04-01/Accounts/AC91/Calls.json");
        EXPECT_THAT(twilio.requests()[0].body, HasSubstr("To=%2B15551234567&From=%2B18578167225&"));
        EXPECT_EQ(co_await state_of_only_call(), "dialing");
        EXPECT_EQ(app->metric("phony_outbound_calls_dialing"), 1);

        EXPECT_EQ((co_await status("ringing")).status, 204U);
        EXPECT_EQ(co_await state_of_only_call(), "ringing");
        EXPECT_THAT((co_await answered()).body, HasSubstr("<ConversationRelay"));
        auto caller = co_await relay();
        EXPECT_TRUE(co_await eventually([&] { return app->figures().active_calls == 1; }));
        co_await caller.prompt("Hi");
        EXPECT_EQ((co_await caller.reply()).text, "You said: Hi");
        EXPECT_EQ(co_await state_of_only_call(), "active");
        EXPECT_EQ(outcomes("connected"), 1);
        EXPECT_EQ(app->metric("phony_outbound_calls_dialing"), 0);

        co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app->events().ended("CA1"); }));
        EXPECT_EQ((co_await status("completed")).status, 204U);
        EXPECT_THAT(reasons(), ElementsAre("hung_up"));
        EXPECT_THAT(co_await listed(), IsEmpty());
    });
}

TEST_F(OutboundCalls, that_come_to_nothing_are_closed_by_their_status)
{
    run([this]() -> awaitable<void> {
        const std::vector<std::pair<std::string, std::string>> ends{{"busy", "busy"},
                                                                    {"no-answer", "no_answer"},
                                                                    {"failed", "failed"},
                                                                    {"canceled", "canceled"},
                                                                    {"completed", "not_connected"}};
        for (const auto& [said, reason] : ends) {
            EXPECT_EQ((co_await place()).status, 201U) << said;
            EXPECT_EQ((co_await status(said)).status, 204U);
            EXPECT_EQ(reasons().back(), reason);
            EXPECT_EQ(outcomes(reason), 1) << said;
            EXPECT_THAT(co_await listed(), IsEmpty());
        }
        EXPECT_EQ((co_await status("busy")).status, 204U) << "once more";
        EXPECT_EQ(reasons().size(), ends.size());
        EXPECT_EQ(app->metric("phony_calls_total{outcome=\"busy\"}"), 0) << "it was no call";

        // The history knows them, and who had them placed.
        const auto call = co_await past("not_connected");
        EXPECT_EQ(call.at("direction"), "outbound-api");
        EXPECT_EQ(call.at("metrics").at("call_duration_seconds"), 0);
        EXPECT_THAT(boost::json::serialize(call.at("overrides")),
                    HasSubstr(R"("action":"place_call","value":"+15551234567 from +18578167225, )"
                              R"(consent: yes","outcome":"accepted")"));
    });
}

TEST_F(OutboundCalls, whose_webhooks_are_not_signed_are_left_alone)
{
    run([this]() -> awaitable<void> {
        co_await place();
        const Form form{{{"CallSid", "CA1"}, {"CallStatus", "busy"}}};
        const auto reply = co_await post_form(app->address(), "/call_status", form);
        EXPECT_EQ(reply.status, 403U);
        EXPECT_EQ(co_await state_of_only_call(), "dialing");
        EXPECT_EQ((co_await status("haunted")).status, 204U) << "a status that we do not know";
        co_await status("failed");
    });
}

// ── machines ──

TEST_F(OutboundCalls, are_ended_when_a_machine_answers_unless_one_is_to_go_on)
{
    run([this]() -> awaitable<void> {
        const std::string detecting =
            R"({"to":"+15551234567","consent":true,"machineDetection":"Enable"})";
        co_await place(detecting);
        EXPECT_THAT(twilio.requests().back().body,
                    HasSubstr("%2Fstart_call%3FonMachine%3Dhang_up"));
        const auto hung_up = co_await answered("machine_start", "?onMachine=hang_up");
        EXPECT_THAT(hung_up.body, HasSubstr("<Hangup/>"));
        EXPECT_THAT(reasons(), ElementsAre("machine"));
        EXPECT_EQ(outcomes("machine"), 1);

        co_await place(detecting);
        EXPECT_THAT((co_await answered("human", "?onMachine=hang_up")).body,
                    HasSubstr("<ConversationRelay"));
        co_await status("completed");

        co_await place();
        EXPECT_THAT((co_await answered("machine_end_beep")).body, HasSubstr("<ConversationRelay"));
        EXPECT_THAT((co_await answered("fax")).body, HasSubstr("<Hangup/>"));
    });
}

// ── what is not placed ──

TEST_F(OutboundCalls, are_not_placed_without_consent_or_to_whom_it_is_not_allowed)
{
    run(
        [this]() -> awaitable<void> {
            auto reply = co_await place(R"({"to":"+493012345"})");
            EXPECT_EQ(reply.status, 400U);
            EXPECT_EQ(reply.detail("field"), "consent");
            reply = co_await place();
            EXPECT_EQ(reply.status, 400U);
            EXPECT_EQ(reply.code(), "INVALID_REQUEST");
            EXPECT_EQ(reply.detail("field"), "to");
            EXPECT_THAT(reply.detail("reason"), HasSubstr("PHONY_OUTBOUND_ALLOW"));
            EXPECT_THAT(twilio.requests(), IsEmpty());
            EXPECT_EQ((co_await place(R"({"to":"+493012345","consent":true})")).status, 201U);
            co_await status("busy");
        },
        {{"PHONY_OUTBOUND_ALLOW", "+49"}});
}

TEST_F(OutboundCalls, need_an_account)
{
    RunningApp running{{{"OPENAI_BASE_URL", openai.base_url()}, {"PHONY_CALLER_ID", "+15550001"}}};
    app = &running;
    const auto script = [&]() -> awaitable<void> {
        const auto reply = co_await place();
        EXPECT_EQ(reply.status, 502U);
        EXPECT_EQ(reply.code(), "TWILIO_ERROR");
        EXPECT_THAT(reply.detail("reason"), HasSubstr("TWILIO_ACCOUNT_SID"));
        EXPECT_THAT(reply.detail("reason"), HasSubstr("/test/simulate_call"));
        openai.close();
        twilio.close();
    };
    run_io(io, script());
}

TEST_F(OutboundCalls, need_a_supervisor)
{
    run(
        [this]() -> awaitable<void> {
            EXPECT_EQ((co_await place()).status, 401U);
            EXPECT_EQ((co_await place(order, {{"Authorization", "Bearer secret"}})).status, 201U);
            const auto call = co_await ask(
                app->address(),
                request_text("GET", "/calls/CA1", {{"Authorization", "Bearer secret"}}));
            EXPECT_THAT(call.body, HasSubstr(R"("supervisor":"ada")"));
            co_await status("busy");
        },
        {{"PHONY_SUPERVISOR_TOKENS", "ada:secret"}});
}

TEST_F(OutboundCalls, count_among_all_calls)
{
    run(
        [this]() -> awaitable<void> {
            EXPECT_EQ((co_await place()).status, 201U);
            const auto full = co_await place();
            EXPECT_EQ(full.status, 429U);
            EXPECT_TRUE(full.headers.contains("retry-after"));
            EXPECT_THAT(full.detail("reason"), HasSubstr("PHONY_MAX_CALLS"));
            const auto inbound = co_await webhook("/receive_call", {{"CallSid", "CA2"}});
            EXPECT_THAT(inbound.body, HasSubstr("<Hangup/>"));
            EXPECT_THAT((co_await answered()).body, HasSubstr("<ConversationRelay")) << "its place";
            co_await status("completed");
            EXPECT_EQ((co_await place()).status, 201U);
            co_await status("busy");
        },
        {{"PHONY_MAX_CALLS", "1"}});
}

TEST_F(OutboundCalls, are_placed_one_after_the_other)
{
    run(
        [this]() -> awaitable<void> {
            const auto begun = std::chrono::steady_clock::now();
            EXPECT_EQ((co_await place()).status, 201U);
            EXPECT_EQ((co_await place()).status, 201U);
            EXPECT_GE(std::chrono::steady_clock::now() - begun, 1s);
            co_await status("busy");
        },
        {{"PHONY_CALLS_PER_SECOND", "1"}});
}

TEST_F(OutboundCalls, that_would_wait_for_too_long_are_sent_away)
{
    run(
        [this]() -> awaitable<void> {
            // All at once: one goes, some wait in line, and the others do not.
            int placed = 0;
            int sent_away = 0;
            const auto one = [&]() -> awaitable<void> {
                const auto reply = co_await place();
                if (reply.status == 201) ++placed;
                if (reply.status != 429) co_return;
                ++sent_away;
                EXPECT_TRUE(reply.headers.contains("retry-after"));
                EXPECT_THAT(reply.detail("reason"), HasSubstr("PHONY_CALLS_PER_SECOND"));
            };
            constexpr int all = 60;
            const auto executor = co_await async::asio::this_coro::executor;
            for (int i = 0; i < all; ++i)
                async::asio::co_spawn(executor, one(), [](const std::exception_ptr& failure) {
                    if (failure) std::rethrow_exception(failure);
                });
            EXPECT_TRUE(co_await eventually([&] { return placed + sent_away == all; }));
            EXPECT_GE(sent_away, 1);
            EXPECT_GE(placed, 1);
            EXPECT_EQ(twilio.requests().size(), static_cast<std::size_t>(placed));
            EXPECT_EQ(app->metric("phony_rate_limited_total{what=\"call\"}"), sent_away);
            co_await status("busy");
        },
        {{"PHONY_CALLS_PER_SECOND", "1"}});
}

// ── Twilio's answers ──

TEST_F(OutboundCalls, that_twilio_refuses_are_no_calls)
{
    twilio.answer(rest(400, R"({"code":21215,"message":"No.","status":400})"));
    run([this]() -> awaitable<void> {
        const auto reply = co_await place_under("key");
        EXPECT_EQ(reply.status, 502U);
        EXPECT_EQ(reply.code(), "TWILIO_ERROR");
        EXPECT_THAT(reply.body, HasSubstr(R"("code":21215)"));
        EXPECT_THAT(reply.detail("reason"), HasSubstr("country"));
        EXPECT_EQ(reply.detail("outcome"), "");
        EXPECT_EQ(outcomes("refused"), 1);
        EXPECT_THAT(co_await listed(), IsEmpty());

        twilio.answer(accepts("CA1"));
        EXPECT_EQ((co_await place_under("key")).status, 201U) << "nothing was done under the key";
        co_await status("busy");
    });
}

TEST_F(OutboundCalls, that_twilio_has_no_time_for_are_tried_again)
{
    twilio.answer([](const FakeOpenAi::Request& request) {
        if (request.connection > 0) return accepts("CA1");
        auto reply = rest(429, R"({"code":20429,"status":429})");
        reply.headers = "Retry-After: 0\r\n";
        return reply;
    });
    run([this]() -> awaitable<void> {
        EXPECT_EQ((co_await place()).status, 201U);
        EXPECT_EQ(twilio.requests().size(), 2U);
        co_await status("busy");
    });
}

TEST_F(OutboundCalls, whose_order_may_have_arrived_are_never_placed_twice)
{
    run([this]() -> awaitable<void> {
        const std::vector<FakeReply> lost{fails(Point::before_head, Fault::close),
                                          fails(Point::before_head, Fault::reset),
                                          fails(Point::after_head, Fault::close),
                                          rest(500, R"({"code":20500,"status":500})"),
                                          rest(201, "<html>")};
        for (std::size_t i = 0; i < lost.size(); ++i) {
            twilio.answer(lost[i]);
            const std::string key = "key " + std::to_string(i);
            const auto reply = co_await place_under(key);
            EXPECT_EQ(reply.status, 502U) << i;
            EXPECT_EQ(reply.detail("outcome"), "unknown") << reply.body;
            EXPECT_EQ(twilio.requests().size(), i + 1) << "asked once";

            // Whoever sends the order again is told the same, and nobody is called.
            const auto again = co_await place_under(key);
            EXPECT_EQ(again.body, reply.body);
            EXPECT_EQ(again.headers.at("idempotency-replayed"), "true");
            EXPECT_EQ(twilio.requests().size(), i + 1);
        }
        EXPECT_EQ(outcomes("unknown"), static_cast<double>(lost.size()));
        EXPECT_THAT(co_await listed(), IsEmpty());
    });
}

TEST_F(OutboundCalls, are_refused_when_twilio_cannot_be_reached)
{
    twilio.close();
    run([this]() -> awaitable<void> {
        const auto reply = co_await place();
        EXPECT_EQ(reply.status, 502U);
        EXPECT_THAT(reply.detail("reason"), HasSubstr("cannot be reached"));
        EXPECT_EQ(reply.detail("outcome"), "");
        EXPECT_EQ(outcomes("refused"), 1);
    });
}

// ── keys ──

TEST_F(OutboundCalls, under_one_key_are_one_call)
{
    run([this]() -> awaitable<void> {
        const auto first = co_await place_under("key");
        EXPECT_EQ(first.status, 201U);
        EXPECT_FALSE(first.headers.contains("idempotency-replayed"));
        const auto again = co_await place_under("key");
        EXPECT_EQ(again.status, 201U);
        EXPECT_EQ(again.body, first.body);
        EXPECT_EQ(again.headers.at("location"), "/calls/CA1");
        EXPECT_EQ(again.headers.at("idempotency-replayed"), "true");
        EXPECT_EQ(twilio.requests().size(), 1U);

        const auto other = co_await place_under("key", R"({"to":"+15550000000","consent":true})");
        EXPECT_EQ(other.status, 422U);
        EXPECT_EQ(other.code(), "INVALID_REQUEST");
        const auto strange = co_await place_under("schl\xC3\xBCssel");
        EXPECT_EQ(strange.status, 400U);
        EXPECT_EQ(strange.detail("field"), "Idempotency-Key");
        co_await status("busy");
    });
}

TEST_F(OutboundCalls, under_a_key_that_is_being_answered_wait)
{
    async::Channel<std::string> live{io.get_executor(), 1};
    run([&]() -> awaitable<void> {
        auto slow = accepts("CA1");
        slow.body.reset();
        slow.framing = FakeReply::Framing::chunked;
        slow.live = &live;  // it ends when the test says so, and is no JSON then
        twilio.answer(slow);
        const auto meanwhile = [&]() -> awaitable<void> {
            co_await twilio.until([&] { return twilio.requests().size() == 1; });
            const auto reply = co_await place_under("key");
            EXPECT_EQ(reply.status, 409U);
            EXPECT_EQ(reply.code(), "CONFLICT");
            EXPECT_EQ(reply.headers.at("retry-after"), "1");
            live.finish();
        };
        co_await (place_under("key") && meanwhile());
        EXPECT_EQ(twilio.requests().size(), 1U);
    });
}

// ── who steps in ──

TEST_F(OutboundCalls, are_given_up_when_a_supervisor_ends_them)
{
    run([this]() -> awaitable<void> {
        co_await place();
        co_await status("ringing");
        const auto reply =
            co_await post_json(app->address(), "/override/end", R"({"callSid":"CA1"})");
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(twilio.requests().back().target, "/2010-04-01/Accounts/AC91/Calls/CA1.json");
        EXPECT_EQ(twilio.requests().back().body, "Status=completed");
        EXPECT_THAT(reasons(), ElementsAre("canceled"));
        EXPECT_THAT(co_await listed(), IsEmpty());
    });
}

TEST_F(OutboundCalls, are_waited_for_by_a_server_that_drains)
{
    run([this]() -> awaitable<void> {
        co_await place();
        app->stop();
        EXPECT_TRUE(co_await eventually([&] { return app->metric("phony_draining") == 1; }));
        const auto refused = co_await place();
        EXPECT_EQ(refused.code(), "SHUTTING_DOWN");
        EXPECT_THAT((co_await answered()).body, HasSubstr("<ConversationRelay"));
        auto caller = co_await relay();
        co_await caller.prompt("Hi");
        EXPECT_EQ((co_await caller.reply()).text, "You said: Hi");
        co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return app->over(); }));
        EXPECT_THAT(reasons(), ElementsAre("hung_up"));
    });
}

}  // namespace
}  // namespace phony::test
