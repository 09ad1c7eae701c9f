#pragma once

#include "support/fake_openai.hpp"
#include "support/relay_client.hpp"
#include "support/running_app.hpp"

#include <functional>

namespace phony::test {

/// A test of what supervisors order: the call CA1 is on the line while the script runs. The model
/// says again what it is told, but asks them for the door code when it hears "What is the code?".
class SupervisedCall : public AppTest {
protected:
    using Script = std::function<async::awaitable<void>(RelayClient&)>;

    SupervisedCall();

    void run(const Script& script,
             RunningApp::Settings settings,
             const RunningApp::Adjust& adjust,
             RunningApp::Watcher watcher = {});

    async::asio::io_context io;
    FakeOpenAi openai{io};
    RunningApp* app = nullptr;
};

}  // namespace phony::test
