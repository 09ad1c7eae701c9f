#include "support/supervised_call.hpp"

#include "support/eventually.hpp"
#include "support/run_io.hpp"

#include <utility>

namespace phony::test {

using async::awaitable;

SupervisedCall::SupervisedCall()
{
    openai.answer([](const FakeOpenAi::Request& request) {
        if (request.last_message() == "What is the code?")
            return FakeReply{.tokens = {"[[request_user:", "The door code?]]"}};
        return echo(request);
    });
}

void SupervisedCall::run(const Script& script,
                         RunningApp::Settings settings,
                         const RunningApp::Adjust& adjust,
                         RunningApp::Watcher watcher)
{
    settings.emplace("OPENAI_BASE_URL", openai.base_url());
    RunningApp running{std::move(settings), adjust, std::move(watcher)};
    app = &running;
    const auto whole = [&]() -> awaitable<void> {
        auto caller = co_await RelayClient::dial(running.address(), "CA1");
        co_await eventually([&] { return running.figures().active_calls == 1; });
        co_await script(caller);
        co_await caller.hang_up();
        EXPECT_TRUE(co_await eventually([&] { return running.is_idle(); }));
        openai.close();
    };
    run_io(io, whole());
}

}  // namespace phony::test
