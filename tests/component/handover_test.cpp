// A new version takes over: two processes' worth of the program on one listening socket.

#include "support/eventually.hpp"
#include "support/fake_openai.hpp"
#include "support/relay_client.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <string>

#include <fcntl.h>

namespace phony::test {
namespace {

using async::awaitable;
using testing::HasSubstr;

class Handover : public AppTest {
protected:
    /// As a service manager does: each gets a descriptor of its own for the one socket.
    std::unique_ptr<RunningApp> start()
    {
        const RunningApp::Settings settings{{"OPENAI_BASE_URL", openai.base_url()},
                                            {"PHONY_DATA_DIR", data.path()}};
        return std::make_unique<RunningApp>(settings, [this](app::Config& config) {
            config.listening_socket = ::fcntl(socket.native_handle(), F_DUPFD_CLOEXEC, 0);
        });
    }

    static awaitable<std::string> announce(Address address, std::string call_sid)
    {
        co_return (
            co_await post_form(address, "/receive_call", Form{{{"CallSid", std::move(call_sid)}}}))
            .body;
    }

    void run(awaitable<void> script) { run_io(io, std::move(script)); }

    TemporaryDirectory data;
    async::asio::io_context io;
    FakeOpenAi openai{io};
    async::asio::ip::tcp::acceptor socket{io, {async::asio::ip::address_v4::loopback(), 0}};
};

TEST_F(Handover, loses_no_call_and_refuses_none)
{
    auto old = start();
    auto successor = std::unique_ptr<RunningApp>{};
    const auto script = [&]() -> awaitable<void> {
        const Address address = old->address();
        auto caller = co_await RelayClient::dial(address, "CA_old");
        co_await caller.prompt("Hi");
        EXPECT_EQ((co_await caller.reply()).text, "Hello there.");

        successor = start();
        EXPECT_TRUE(co_await eventually([&] { return successor->ready(); }));
        EXPECT_EQ(successor->address().port, address.port);
        old->stop();
        for (int call = 0; call < 20; ++call) {
            const std::string call_sid = "CA_new" + std::to_string(call);
            EXPECT_THAT(co_await announce(address, call_sid), HasSubstr("<ConversationRelay"));
        }
        auto next = co_await RelayClient::dial(address, "CA_new0");
        EXPECT_TRUE(co_await eventually([&] { return successor->figures().active_calls == 1; }));
        co_await next.prompt("Hi");
        EXPECT_EQ((co_await next.reply()).text, "Hello there.");

        co_await caller.prompt("Still there?");
        EXPECT_EQ((co_await caller.reply()).text, "Hello there.");
        EXPECT_FALSE(old->over());
        co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return old->over(); }));
        EXPECT_EQ(old->events().all<call::CallEnded>("CA_old").at(0).reason, "hung_up");

        co_await next.prompt("Still there?");
        EXPECT_EQ((co_await next.reply()).text, "Hello there.");
        co_await next.hang_up();
        openai.close();
    };
    run(script());
}

/// A turn before the old process is told to go, and one after.
awaitable<void> talk_through_handover(
    Address address, std::string call_sid, const bool& handed_over, int& talking, int& over)
{
    auto caller = co_await RelayClient::dial(address, std::move(call_sid));
    co_await caller.prompt("Hi");
    EXPECT_EQ((co_await caller.reply()).text, "Hello there.");
    ++talking;
    EXPECT_TRUE(co_await eventually([&] { return handed_over; }));
    co_await caller.prompt("Still there?");
    EXPECT_EQ((co_await caller.reply()).text, "Hello there.");
    co_await caller.hang_up();
    ++over;
}

TEST_F(Handover, loses_none_of_200_live_calls_and_refuses_none_of_200_new_ones)
{
    constexpr int many = 200;
    auto old = start();
    auto successor = start();
    const auto script = [&]() -> awaitable<void> {
        const Address address = old->address();
        bool handed_over = false;
        int talking = 0;
        int over = 0;
        for (int call = 0; call < many; ++call) {
            co_spawn(io,
                     talk_through_handover(
                         address, "CA_old" + std::to_string(call), handed_over, talking, over),
                     async::asio::detached);
        }
        EXPECT_TRUE(co_await eventually([&] { return talking == many; }));
        EXPECT_TRUE(co_await eventually([&] { return successor->ready(); }));
        const std::size_t live = old->figures().active_calls;
        EXPECT_EQ(live + successor->figures().active_calls, std::size_t{many});

        old->stop();
        for (int call = 0; call < many; ++call)
            EXPECT_THAT(co_await announce(address, "CA_new" + std::to_string(call)),
                        HasSubstr("<ConversationRelay"));
        EXPECT_EQ(old->figures().active_calls, live);
        handed_over = true;
        EXPECT_TRUE(co_await eventually([&] { return over == many && old->over(); }));
        openai.close();
    };
    run(script());
    const auto hung_up = [](const RunningApp& app) {
        return app.metric(R"(phony_calls_total{outcome="hung_up"})");
    };
    EXPECT_EQ(hung_up(*old) + hung_up(*successor), many);
}

TEST_F(Handover, is_taken_back_when_the_successor_dies)
{
    auto old = start();
    const auto script = [&]() -> awaitable<void> {
        const Address address = old->address();
        auto caller = co_await RelayClient::dial(address, "CA_old");
        auto successor = start();
        EXPECT_TRUE(co_await eventually([&] { return successor->ready(); }));
        old->stop();
        EXPECT_THAT(co_await announce(address, "CA1"), HasSubstr("<ConversationRelay"));
        successor.reset();
        EXPECT_THAT(co_await announce(address, "CA2"), HasSubstr("<Say>"))
            << "nobody else is left to tell callers that all lines are busy";
        co_await caller.hang_up();
        openai.close();
    };
    run(script());
}

}  // namespace
}  // namespace phony::test
