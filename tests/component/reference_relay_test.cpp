// A call's socket in the reference's own dialect: audio by the clock, and what stops it.

#include "support/eventually.hpp"
#include "support/model_test.hpp"
#include "support/relay_client.hpp"
#include <phony/base/base64.hpp>

#include <boost/json/serialize.hpp>

#include <chrono>
#include <functional>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;

constexpr std::string_view start =
    R"({"event":"start","callSid":"CA1","from":"+15551234567","to":"+15559876543"})";

std::string transcript(std::string_view text, bool final = true)
{
    return R"({"event":"transcript","transcript":{"text":")" + std::string{text} +
           R"(","confidence":0.98,"final":)" + (final ? "true}}" : "false}}");
}

class ReferenceRelay : public ModelTest {
protected:
    /// The model answers with `words`, each clause of which takes so many milliseconds.
    void answer(std::string words, std::size_t milliseconds)
    {
        openai.answer([words = std::move(words), milliseconds](const FakeOpenAi::Request& request) {
            if (request.target.ends_with("/audio/speech"))
                return FakeReply{.content_type = "audio/pcm",
                                 .body = std::string(milliseconds * 48, '\0')};
            return FakeReply{.tokens = {words}};
        });
    }

    void run(const std::function<awaitable<void>()>& script, const RunningApp::Adjust& adjust = {})
    {
        RunningApp running{{{"OPENAI_BASE_URL", openai.base_url()}}, [&](app::Config& config) {
                               config.relay.welcome_greeting.clear();
                               if (adjust) adjust(config);
                           }};
        app = &running;
        play(running, script());
    }

    /// Bytes of audio up to the next frame of another kind, which is left in `other`; all of it
    /// when the socket is closed.
    awaitable<std::size_t> hear(RelayClient& caller)
    {
        std::size_t bytes = 0;
        other.clear();
        while (const auto frame = co_await caller.receive()) {
            const auto* media = frame->if_contains("media");
            if (media == nullptr) {
                other = boost::json::serialize(*frame);
                break;
            }
            const auto& chunk = media->as_object().at("chunk").as_string();
            bytes += from_base64({chunk.data(), chunk.size()}).value_or("").size();
        }
        co_return bytes;
    }

    RunningApp* app = nullptr;
    std::string other;
};

TEST_F(ReferenceRelay, speaks_until_the_farewell_was_heard_and_closes_the_socket)
{
    answer("Sure! It was a pleasure to help you. Goodbye.[[end_call]]", 300);
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::open(app->address());
        co_await caller.send(std::string{start});
        co_await caller.send(transcript("Bye"));
        EXPECT_EQ(co_await hear(caller), 3 * 300 * 8U);
        EXPECT_EQ(caller.close_code(), 1000U);
        EXPECT_EQ(app->events().count<call::AssistantReply>("CA1"), 1U);
        EXPECT_EQ(app->metric("phony_speech_requests_total{backend=\"127.0.0.1:" +
                              std::to_string(openai.port()) +
                              "\",model=\"gpt-5.4-mini\",result=\"ok\"}"),
                  3);
    });
}

TEST_F(ReferenceRelay, is_silent_after_a_clear)
{
    answer("One two three four five six seven eight nine ten.", 60'000);
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::open(app->address());
        co_await caller.send(std::string{start});
        co_await caller.send(transcript("Count"));
        EXPECT_TRUE(co_await caller.receive());
        co_await caller.send(transcript("Stop", false));
        co_await hear(caller);
        EXPECT_EQ(other, R"({"event":"clear"})");
        EXPECT_TRUE(co_await eventually(
            [&] { return app->events().count<call::SpeechInterrupted>("CA1") == 1; }));
        co_await caller.hang_up();
        EXPECT_EQ(co_await hear(caller), 0U) << "nothing came behind the clear";
    });
}

TEST_F(ReferenceRelay, keeps_its_socket_alive_as_the_reference_has_it)
{
    run(
        [&]() -> awaitable<void> {
            auto caller = co_await RelayClient::open(app->address());
            co_await caller.send(std::string{start});
            EXPECT_EQ(co_await hear(caller), 0U);
            EXPECT_EQ(other, R"({"type":"ping"})");
            co_await caller.send(R"({"type":"pong"})");
            co_await hear(caller);
            EXPECT_EQ(other, R"({"type":"ping"})");
            EXPECT_EQ(app->metric("phony_relay_frames_skipped_total{reason=\"unknown_type\"}"), 0);
            co_await caller.hang_up();
        },
        [](app::Config& config) { config.limits.viewer_ping = 20ms; });
}

TEST_F(ReferenceRelay, gives_a_relay_up_that_gives_no_sign_of_life)
{
    run(
        [&]() -> awaitable<void> {
            auto caller = co_await RelayClient::open(app->address());
            co_await caller.send(std::string{start});
            EXPECT_EQ(co_await hear(caller), 0U);
            EXPECT_EQ(caller.close_code(), 1008U);
        },
        [](app::Config& config) { config.limits.viewer_silence = 100ms; });
}

TEST_F(ReferenceRelay, refuses_a_first_frame_that_belongs_to_no_dialect)
{
    run([&]() -> awaitable<void> {
        auto caller = co_await RelayClient::open(app->address());
        co_await caller.send(R"({"hello":"world"})");
        EXPECT_FALSE(co_await caller.receive());
        EXPECT_EQ(caller.close_code(), 1008U);
    });
}

}  // namespace
}  // namespace phony::test
