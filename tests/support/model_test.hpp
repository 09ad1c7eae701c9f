#pragma once

#include "support/eventually.hpp"
#include "support/fake_openai.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <chrono>
#include <utility>

namespace phony::test {

/// A test of the whole program with a fake model.
class ModelTest : public AppTest {
protected:
    /// Runs a script against the app, which must have nothing left to do afterwards.
    void play(RunningApp& app,
              async::awaitable<void> script,
              std::chrono::seconds limit = std::chrono::seconds{20})
    {
        const auto whole = [&]() -> async::awaitable<void> {
            co_await std::move(script);
            EXPECT_TRUE(co_await eventually([&] { return app.is_idle(); }));
            openai.close();
        };
        run_io(io, whole(), limit);
    }

    async::asio::io_context io;
    FakeOpenAi openai{io};
};

}  // namespace phony::test
