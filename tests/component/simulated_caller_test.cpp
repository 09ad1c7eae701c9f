// The simulated caller against a server of a few lines: webhook, relay and action over real
// sockets.

#include "simulator/simulated_caller.hpp"

#include "simulator/scripted_model.hpp"
#include <phony/async/task_group.hpp>
#include <phony/base/form.hpp>
#include <phony/base/json_text.hpp>
#include <phony/twilio/signature.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <exception>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using async::as_result;
using async::awaitable;

constexpr const char* token = "secret";
constexpr const char* public_url = "https://phony.example.net";

/// Answers every prompt with the built-in model's words, and ends the call when the model says so.
class SmallServer {
public:
    explicit SmallServer(async::Executor executor)
        : acceptor_{executor, {asio::ip::address_v4::loopback(), 0}},
          sessions_{executor,
                    [](const std::exception_ptr& failure) { std::rethrow_exception(failure); }}
    {
    }

    awaitable<void> run()
    {
        for (;;) {
            auto [ec, socket] = co_await acceptor_.async_accept(as_result);
            if (ec) break;
            sessions_.spawn(serve(std::move(socket)));
        }
        co_await sessions_.drained();
    }
    void stop() { acceptor_.close(); }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    std::vector<std::string> requests;  ///< "POST /receive_call", in order
    std::vector<std::string> forms;
    std::vector<std::string> frames;  ///< types of what the relay received
    bool all_signed = true;
    unsigned webhook_status = 200;
    bool drop_first_session = false;

private:
    awaitable<void> serve(async::Socket socket)
    {
        boost::beast::flat_buffer buffer;
        http::request<http::string_body> request;
        auto [ec, size] = co_await http::async_read(socket, buffer, request, as_result);
        if (ec) co_return;
        const std::string target{request.target()};
        requests.push_back(std::string{request.method_string()} + " " + target);
        const std::string signature{request["X-Twilio-Signature"]};
        const twilio::SignatureValidator validator{{token}, public_url};

        if (websocket::is_upgrade(request)) {
            all_signed = all_signed && validator.upgrade(target, signature);
            websocket::stream<async::Socket> relay{std::move(socket)};
            co_await relay.async_accept(request, as_result);
            co_return co_await converse(relay);
        }
        const auto form = parse_form(request.body());
        if (target != "/override/clarification")
            all_signed = all_signed && form && validator.form_post(target, *form, signature);
        forms.push_back(request.body());
        http::response<http::string_body> response{
            static_cast<http::status>(target == "/receive_call" ? webhook_status : 200), 11};
        response.body() = document_for(target, form ? *form : Form{});
        response.prepare_payload();
        co_await http::async_write(socket, response, as_result);
    }

    std::string document_for(const std::string& target, const Form& form) const
    {
        const bool failed = form.find("SessionStatus").value_or("") == "failed";
        if (target == "/relay/action?a=1" && !failed) {
            return form.find("HandoffData")
                       ? "<Response><Dial><Number>+15550100199</Number></Dial></Response>"
                       : "<Response><Hangup/></Response>";
        }
        return R"(<Response><Connect action="https://phony.example.net/relay/action?a=1">)"
               R"(<ConversationRelay url="wss://phony.example.net/relay/ws" dtmfDetection="true" )"
               R"(events="speaker-events tokens-played" welcomeGreeting="Welcome.">)"
               R"(<Parameter name="callSid" value="x"/></ConversationRelay></Connect></Response>)";
    }

    awaitable<void> converse(websocket::stream<async::Socket>& relay)
    {
        std::vector<ChatMessage> dialogue;
        std::string end;  ///< the frame to send when the agent falls silent
        boost::beast::flat_buffer buffer;
        for (;;) {
            auto [ec, size] = co_await relay.async_read(buffer, as_result);
            if (ec) co_return;
            const auto frame =
                boost::json::parse(boost::beast::buffers_to_string(buffer.data())).as_object();
            buffer.clear();
            const std::string type{frame.at("type").as_string()};
            frames.push_back(type);
            std::string answer;
            if (type == "prompt") {
                dialogue.push_back({"user", std::string{frame.at("voicePrompt").as_string()}});
                std::string words = reply_to(dialogue).text();
                const auto command = words.find("[[");
                if (words.find("[[end_call") != std::string::npos) end = R"({"type":"end"})";
                if (words.find("[[transfer") != std::string::npos)
                    end = R"({"type":"end","handoffData":"{\"target\":\"+15550100199\"}"})";
                words.resize(std::min(command, words.size()));
                answer = R"({"type":"text","last":true,"token":)";
                append_json_string(answer, words);
                answer += '}';
                if (std::exchange(drop_first_session, false)) {
                    relay.next_layer().close();
                    co_return;
                }
            } else if (type == "info" && frame.at("name") == "agentSpeaking" &&
                       frame.at("value") == "off") {
                answer = std::exchange(end, {});
            }
            if (answer.empty()) continue;
            auto [write_ec, written] = co_await relay.async_write(asio::buffer(answer), as_result);
            if (write_ec) co_return;
        }
    }

    asio::basic_socket_acceptor<asio::ip::tcp, async::Executor> acceptor_;
    async::TaskGroup sessions_;
};

struct Call {
    explicit Call(const char* scenario)
    {
        plan.port = server.port();
        plan.public_url = public_url;
        plan.auth_token = token;
        plan.scenario = find_scenario(scenario);
        plan.speed = 20;
    }

    CallOutcome run()
    {
        const auto rethrow = [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        };
        asio::co_spawn(io, server.run(), rethrow);
        asio::co_spawn(io, place(), rethrow);
        io.run_for(30s);
        EXPECT_TRUE(io.stopped()) << "something still runs";
        return outcome;
    }

    awaitable<void> place()
    {
        outcome = co_await place_call(plan, observer);
        server.stop();
    }

    struct Observer : CallObserver {};

    asio::io_context io{1};
    SmallServer server{io.get_executor()};
    CallPlan plan;
    Observer observer;
    CallOutcome outcome;
};

TEST(SimulatedCaller, holds_a_whole_conversation)
{
    Call call{"customer_service"};
    const auto outcome = call.run();
    EXPECT_EQ(outcome.ending, CallOutcome::Ending::agent_ended);
    EXPECT_TRUE(outcome.errors.empty());
    EXPECT_EQ(outcome.turns.size(), 4U);
    for (const auto& turn : outcome.turns) {
        EXPECT_TRUE(turn.first_frame_ms && turn.agent_speaking_ms);
    }
    EXPECT_TRUE(call.server.all_signed);
    EXPECT_EQ(call.server.requests,
              (std::vector<std::string>{
                  "POST /receive_call", "GET /relay/ws", "POST /relay/action?a=1"}));
    EXPECT_EQ(call.server.frames.front(), "setup");
    EXPECT_NE(outcome.agent_said.find("Welcome.\n"), std::string::npos);
    EXPECT_NE(call.server.forms[1].find("SessionStatus=ended"), std::string::npos);
}

TEST(SimulatedCaller, follows_a_transfer)
{
    Call call{"transfer"};
    const auto outcome = call.run();
    EXPECT_EQ(outcome.ending, CallOutcome::Ending::transferred);
    EXPECT_EQ(outcome.transferred_to, "+15550100199");
}

TEST(SimulatedCaller, talks_over_the_agent)
{
    Call call{"interruption"};
    EXPECT_EQ(call.run().interruptions, 1);
    EXPECT_NE(std::find(call.server.frames.begin(), call.server.frames.end(), "interrupt"),
              call.server.frames.end());
}

TEST(SimulatedCaller, comes_back_in_a_second_session_when_the_first_one_breaks)
{
    Call call{"customer_service"};
    call.server.drop_first_session = true;
    const auto outcome = call.run();
    EXPECT_EQ(outcome.sessions, 2);
    EXPECT_EQ(outcome.errors.size(), 1U);
    EXPECT_NE(call.server.forms[1].find("ErrorCode=64105"), std::string::npos);
}

TEST(SimulatedCaller, says_what_is_wrong_when_the_webhook_refuses)
{
    Call call{"survey"};
    call.server.webhook_status = 403;
    const auto outcome = call.run();
    EXPECT_EQ(outcome.ending, CallOutcome::Ending::failed);
    EXPECT_EQ(outcome.errors, std::vector<std::string>{"POST /receive_call was answered with 403"});
}

TEST(SimulatedCaller, says_what_is_wrong_when_nobody_listens)
{
    Call call{"survey"};
    call.server.stop();
    const auto outcome = call.run();
    EXPECT_EQ(outcome.errors, std::vector<std::string>{"POST /receive_call: nobody listens there"});
}

}  // namespace
}  // namespace phony::simulator
