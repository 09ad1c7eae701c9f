#include "simulator/model_server.hpp"

#include <phony/base/timestamp.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <exception>
#include <functional>

#include <gtest/gtest.h>

#include <string>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using async::as_result;
using async::awaitable;

constexpr const char* hello =
    R"({"model":"m","stream":true,"messages":[{"role":"user","content":"Hello"}]})";

/// A client with one connection to a running ModelServer.
class Conversation {
public:
    explicit Conversation(double speed) : model{io.get_executor(), speed} {}

    /// Runs the script while the server serves; then nothing may be left to do.
    void run(std::function<awaitable<void>(Conversation&)> script)
    {
        asio::co_spawn(io, model.run(), rethrow);
        asio::co_spawn(io, play(std::move(script)), rethrow);
        io.run_for(10s);
        EXPECT_TRUE(io.stopped()) << "something still runs";
    }

    awaitable<void> send(http::verb method, std::string target, std::string body)
    {
        http::request<http::string_body> request{method, target, 11};
        request.set(http::field::host, "localhost");
        request.body() = std::move(body);
        request.prepare_payload();
        auto [ec, size] = co_await http::async_write(socket, request, as_result);
        EXPECT_FALSE(ec) << ec.message();
    }

    awaitable<http::response<http::string_body>> ask(http::verb method,
                                                     std::string target,
                                                     std::string body)
    {
        co_await send(method, std::move(target), std::move(body));
        http::response<http::string_body> response;
        auto [ec, size] = co_await http::async_read(socket, buffer, response, as_result);
        EXPECT_FALSE(ec) << ec.message();
        co_return response;
    }

    awaitable<void> wait(Duration length)
    {
        async::Timer timer{io.get_executor(), length};
        co_await timer.async_wait(as_result);
    }

    asio::io_context io{1};
    ModelServer model;
    async::Socket socket{io.get_executor()};
    boost::beast::flat_buffer buffer;

private:
    static void rethrow(const std::exception_ptr& failure)
    {
        if (failure) std::rethrow_exception(failure);
    }

    awaitable<void> play(std::function<awaitable<void>(Conversation&)> script)
    {
        auto [ec] = co_await socket.async_connect({asio::ip::address_v4::loopback(), model.port()},
                                                  as_result);
        EXPECT_FALSE(ec) << ec.message();
        co_await script(*this);
        model.stop();
    }
};

awaitable<void> stream_twice(Conversation& client)
{
    for (int i = 0; i < 2; ++i) {
        const auto answer = co_await client.ask(http::verb::post, "/v1/chat/completions", hello);
        EXPECT_EQ(answer.result_int(), 200U);
        EXPECT_EQ(answer[http::field::content_type], "text/event-stream; charset=utf-8");
        EXPECT_TRUE(answer.body().starts_with("data: {\"id\":\"chatcmpl-"));
        EXPECT_TRUE(answer.body().ends_with("data: [DONE]\n\n"));
        EXPECT_NE(answer.body().find("\"finish_reason\":\"stop\""), std::string::npos);
        EXPECT_TRUE(answer.keep_alive());
    }
    EXPECT_EQ(client.model.connections(), 1U);
}

TEST(ModelServer, streams_replies_over_one_connection)
{
    Conversation{0}.run(stream_twice);
}

awaitable<void> ask_without_streaming(Conversation& client)
{
    const auto answer =
        co_await client.ask(http::verb::post,
                            "/v1/chat/completions",
                            R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})");
    EXPECT_EQ(answer[http::field::content_type], "application/json");
    EXPECT_EQ(json::parse(answer.body()).at("choices").at(0).at("message").at("role"), "assistant");
    const auto models = co_await client.ask(http::verb::get, "/v1/models", "");
    EXPECT_EQ(json::parse(models.body()).at("object"), "list");
}

TEST(ModelServer, answers_whole_completions_and_lists_its_model)
{
    Conversation{0}.run(ask_without_streaming);
}

awaitable<void> ask_wrongly(Conversation& client)
{
    const auto status_of = [](const auto& answer) {
        EXPECT_TRUE(json::parse(answer.body()).at("error").as_object().contains("message"));
        return answer.result_int();
    };
    EXPECT_EQ(status_of(co_await client.ask(http::verb::post, "/v1/chat/completions", "{")), 400U);
    EXPECT_EQ(status_of(co_await client.ask(http::verb::get, "/v1/chat/completions", "")), 405U);
    EXPECT_EQ(status_of(co_await client.ask(http::verb::post, "/v2/chat", hello)), 404U);
}

TEST(ModelServer, refuses_in_openai_s_shape_and_keeps_the_connection)
{
    Conversation{0}.run(ask_wrongly);
}

awaitable<void> leave_early(Conversation& client)
{
    co_await client.send(http::verb::post, "/v1/chat/completions", hello);
    co_await client.wait(50ms);
    client.socket.close();
    for (int i = 0; i < 100 && client.model.connections() > 0; ++i) co_await client.wait(20ms);
    EXPECT_EQ(client.model.connections(), 0U);
    EXPECT_EQ(client.model.abandoned_replies(), 1U);
}

TEST(ModelServer, stops_generating_for_a_client_that_went_away)
{
    Conversation{1}.run(leave_early);
}

awaitable<void> listen_to_the_beginning(Conversation& client)
{
    co_await client.send(http::verb::post,
                         "/v1/audio/speech",
                         R"({"model":"m","voice":"alloy","response_format":"pcm","input":")" +
                             std::string(200, 'a') + R"("})");
    http::response_parser<http::string_body> speech;
    while (speech.get().body().empty()) {
        auto [ec, size] =
            co_await http::async_read_some(client.socket, client.buffer, speech, as_result);
        EXPECT_FALSE(ec) << ec.message();
        if (ec) co_return;
    }
    EXPECT_TRUE(speech.chunked());
    EXPECT_FALSE(speech.is_done());
    client.socket.close();
    while (client.model.connections() > 0) co_await client.wait(20ms);
    EXPECT_EQ(client.model.abandoned_replies(), 1U) << "all was there at once";
}

TEST(ModelServer, sends_speech_while_it_is_being_made)
{
    Conversation{0.3}.run(listen_to_the_beginning);
}

awaitable<void> keep_time(Conversation& client)
{
    const auto began = std::chrono::steady_clock::now();
    co_await client.ask(http::verb::post, "/v1/chat/completions", hello);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 400ms);
}

TEST(ModelServer, takes_its_time_as_a_model_does)
{
    Conversation{1}.run(keep_time);
}

}  // namespace
}  // namespace phony::simulator
