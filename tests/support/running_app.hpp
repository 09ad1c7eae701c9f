#pragma once

#include "app/app.hpp"
#include "app/config.hpp"
#include "support/event_recorder.hpp"
#include "support/http_client.hpp"
#include "support/samples.hpp"
#include "support/temporary_directory.hpp"

#include <atomic>
#include <cstddef>
#include <functional>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>

namespace phony::test {

/// The whole program on threads of its own, listening on a port of its own:
///
///     asio::io_context io;                     // of the test: callers, and the fake model
///     FakeOpenAi openai{io};
///     RunningApp app{{{"OPENAI_BASE_URL", openai.base_url()}}};
///     run_io(io, [&]() -> awaitable<void> {
///         auto caller = co_await RelayClient::dial(app.address(), "CA1");
///         …
///         openai.close();                      // or io has work left
///     }());
///
/// In the end it expects that nothing is left of any call, stops the program and waits for it.
class RunningApp {
public:
    /// Settings as the environment has them, "PHONY_THREADS"; two threads, unless they say
    /// otherwise.
    using Settings = std::map<std::string, std::string>;
    /// For what cannot be set, or not as short as a test wants it.
    using Adjust = std::function<void(app::Config&)>;

    /// Is shown each event, on the thread of its call.
    using Watcher = hub::EventHub::Watcher;

    explicit RunningApp(Settings settings = {}, const Adjust& adjust = {}, Watcher watcher = {});
    ~RunningApp();
    RunningApp(const RunningApp&) = delete;
    RunningApp& operator=(const RunningApp&) = delete;

    Address address() const { return {app_.port(), tls_}; }
    const EventRecorder& events() const { return events_; }
    app::App::Figures figures() const { return app_.figures(); }

    /// A sample of /metrics, by its whole name, labels included; 0 when it is not there.
    double metric(std::string_view name) const;
    /// All of them.
    Samples metrics() const { return Samples{app_.metrics()}; }

    bool ready() const { return app_.ready(); }

    /// As SIGTERM does; a second one as a second SIGTERM.
    void stop() { app_.stop(); }
    /// run() has returned.
    bool over() const { return over_; }

    /// Nothing is left of any call or connection.
    bool is_idle() const;

private:
    TemporaryDirectory directory_;  ///< its history's, unless the settings name one
    EventRecorder events_;
    bool tls_;
    app::App app_;
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

/// Settings for TLS with a certificate made for the occasion.
RunningApp::Settings tls_settings();

/// A test around a RunningApp: in the end the process has as many descriptors and threads as
/// before.
class AppTest : public testing::Test {
public:
    ~AppTest() override;  // after all that belongs to the test

protected:
    AppTest();

private:
    std::size_t descriptors_ = 0;
    std::size_t threads_ = 0;
};

}  // namespace phony::test
