#pragma once

#include "support/loopback.hpp"
#include "support/running_app.hpp"
#include <phony/async/awaitable.hpp>

#include <functional>

namespace phony::test {

/// A test whose script needs no more of a RunningApp than its address.
class RequestTest : public AppTest {
protected:
    using Script = std::function<async::awaitable<void>(Address)>;

    void run(const RunningApp::Settings& settings,
             const Script& script,
             const RunningApp::Adjust& adjust = {});

    RunningApp* app = nullptr;  ///< while the script runs
};

}  // namespace phony::test
