// What the client of Twilio's REST API makes of a server that fails at every step of an order.

#include "clients/twilio_client.hpp"

#include "support/fake_openai.hpp"
#include "support/run_io.hpp"

#include <boost/asio/ssl/context.hpp>

#include <chrono>

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <utility>

namespace phony::clients {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using hub::Placement;
using test::FakeOpenAi;
using test::FakeReply;
using testing::HasSubstr;
using Fault = FakeReply::Fault;
using Point = FakeReply::Point;

const call::OutboundCall order{.to = "+15551234567", .from = "+18578167225", .consented_by = {}};

FakeReply answers(int status, std::string_view body, std::string headers = {})
{
    FakeReply reply;
    reply.status = status;
    reply.content_type = "application/json";
    reply.headers = std::move(headers);
    reply.body = std::string{body};
    reply.framing = FakeReply::Framing::content_length;
    return reply;
}

class TwilioClientTest : public testing::Test {
protected:
    /// Gives the order, with so much patience.
    Placement place(Duration limit = 15s)
    {
        Placement placement;
        const auto whole = [&]() -> awaitable<void> {
            TwilioClient client{
                io.get_executor(),
                {.base_url =
                     parse_base_url("http://127.0.0.1:" + std::to_string(twilio.port())).value(),
                 .sid = "AC91",
                 .auth_token = "secret",
                 .public_url = "https://agent.example.net",
                 .placing_limit = limit},
                tls};
            placement = co_await client.place(order);
            client.close();
            twilio.close();
        };
        test::run_io(io, whole());
        return placement;
    }

    async::asio::io_context io;
    async::asio::ssl::context tls{async::asio::ssl::context::tls_client};
    FakeOpenAi twilio{io};  // its HTTP, with answers of the other kind
};

TEST_F(TwilioClientTest, understands_that_a_call_was_accepted)
{
    twilio.answer(answers(201, R"({"sid":"CA1","status":"queued"})"));
    const auto placement = place();
    EXPECT_EQ(placement.outcome, Placement::Outcome::accepted);
    EXPECT_EQ(placement.call_sid, "CA1");
    ASSERT_EQ(twilio.requests().size(), 1U);
    EXPECT_EQ(twilio.requests()[0].target, "/2010-04-01/Accounts/AC91/Calls.json");
    EXPECT_EQ(twilio.requests()[0].headers.at("authorization"), "Basic QUM5MTpzZWNyZXQ=");
}

TEST_F(TwilioClientTest, does_not_know_what_became_of_an_order_that_is_not_answered)
{
    auto silent = answers(201, R"({"sid":"CA1"})");
    silent.fault_at = Point::before_head;
    silent.fault = Fault::hang;
    twilio.answer(silent);
    const auto placement = place(2s);
    EXPECT_EQ(placement.outcome, Placement::Outcome::unknown);
    EXPECT_THAT(placement.error.detail, HasSubstr("did not answer in time"));
    EXPECT_EQ(twilio.requests().size(), 1U);
}

class Unreadable : public TwilioClientTest, public testing::WithParamInterface<const char*> {};

TEST_P(Unreadable, answers_leave_the_outcome_unknown)
{
    twilio.answer(answers(201, GetParam()));
    const auto placement = place();
    EXPECT_EQ(placement.outcome, Placement::Outcome::unknown);
    EXPECT_EQ(placement.error.code, errc::twilio_error);
    EXPECT_EQ(twilio.requests().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Bodies,
                         Unreadable,
                         testing::Values("", "{}", R"({"sid":""})", R"({"sid":"no SID"})", "[]"));

TEST_F(TwilioClientTest, asks_three_times_at_most_when_twilio_has_no_time)
{
    twilio.answer(answers(429, R"({"code":20429,"status":429})", "Retry-After: 0\r\n"));
    const auto placement = place();
    EXPECT_EQ(placement.outcome, Placement::Outcome::refused);
    EXPECT_EQ(placement.error.foreign_code, 20429);
    EXPECT_EQ(twilio.requests().size(), 3U);
}

TEST_F(TwilioClientTest, does_not_wait_longer_than_it_may)
{
    twilio.answer(answers(429, R"({"code":20429,"status":429})", "Retry-After: 3600\r\n"));
    EXPECT_EQ(place().outcome, Placement::Outcome::refused);
    EXPECT_EQ(twilio.requests().size(), 1U);
}

TEST_F(TwilioClientTest, knows_that_nobody_is_called_when_there_is_no_connection)
{
    twilio.close();
    const auto placement = place();
    EXPECT_EQ(placement.outcome, Placement::Outcome::refused);
    EXPECT_THAT(placement.error.detail, HasSubstr("cannot be reached"));
}

TEST_F(TwilioClientTest, follows_nobody_elsewhere)
{
    twilio.answer(answers(307, "", "Location: https://elsewhere.example.net/\r\n"));
    EXPECT_EQ(place().outcome, Placement::Outcome::refused);
    EXPECT_EQ(twilio.requests().size(), 1U);
}

}  // namespace
}  // namespace phony::clients
