#pragma once

#include "app/config.hpp"
#include "app/service_manager.hpp"
#include "hub/event_hub.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace phony::app {

/// The whole program, from its settings:
///
///     App app{std::move(config), manager};   // listens
///     app.run();                             // until stop() and the last call
///
/// One thread a core, each with its own io_context and nothing shared but what guards itself. Tests
/// run as many as they like in one process.
class App {
public:
    /// Listens. Throws system_error, or runtime_error with a sentence, when a port, certificate or
    /// key cannot be used.
    explicit App(Config config, ServiceManager manager = {});
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    std::uint16_t port() const;

    /// Shows every event of every call to `watcher`; before run().
    void watch(hub::EventHub::Watcher watcher);

    /// Serves; returns when stopped and all calls have ended, or after the drain timeout.
    void run();

    /// Any thread: takes calls, and the service manager has been told so.
    bool ready() const;

    /// Any thread. No new calls, the live ones go on to their end; asked twice, they are cut.
    void stop();

    /// Any thread. Reads the certificate and its key again; no connection notices.
    void reload();

    /// What is open now, for tests: all of it must return to nothing.
    struct Figures {
        std::size_t active_calls = 0;
        std::size_t connections = 0;
        std::size_t model_connections_in_use = 0;
        std::size_t simulated_calls = 0;
    };
    Figures figures() const;
    std::string metrics() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace phony::app
