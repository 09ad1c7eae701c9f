#include "support/request_test.hpp"

#include "support/run_io.hpp"

namespace phony::test {

void RequestTest::run(const RunningApp::Settings& settings,
                      const Script& script,
                      const RunningApp::Adjust& adjust)
{
    async::asio::io_context io;
    RunningApp running{settings, adjust};
    app = &running;
    run_io(io, script(running.address()));
}

}  // namespace phony::test
