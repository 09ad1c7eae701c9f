#pragma once

#include "load/child_process.hpp"
#include "load/descriptor.hpp"
#include "load/event_loop.hpp"
#include "load/workload.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// What a server is told besides its own settings.
struct ServerSurroundings {
    std::string model_url;            ///< http://127.0.0.1:40123/v1
    std::filesystem::path directory;  ///< empty and its own: data, certificate
    std::vector<int> cores;
    bool tls = false;  ///< certificate.pem and key.pem are in the directory
    /// Is shown each line of the server's output.
    std::function<void(std::string_view line)> hears{};
};

/// The server that is measured, in a process of its own. It sees none of the user's environment but
/// PATH. Phony runs as it does for users, with history, events, metrics and log on, and with one
/// I/O thread, as the others have; `ServerSpec::settings` are put over that.
///
/// Its output is read all the time, on the loop, and its last lines are kept: they say why it died.
class ServerProcess : public Watcher {
public:
    /// Returns when the server listens. Throws std::runtime_error when it does not.
    ServerProcess(EventLoop& loop, const ServerSpec& spec, const ServerSurroundings& surroundings);
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess() override = default;

    pid_t id() const { return process_.id(); }
    std::uint16_t port() const { return port_; }

    /// Asks it to end. Throws when it does not end as it should.
    void stop();
    /// For a failure that may be the consequence of its death: throws that instead, if so.
    void throw_if_dead();

private:
    void ready(std::uint32_t events) override;
    void take_line(std::string_view line);
    [[noreturn]] void throw_ended(const std::string& how);

    EventLoop& loop_;
    std::string label_;
    bool is_peer_;
    Descriptor output_;
    ChildProcess process_;
    std::string unfinished_line_;
    std::deque<std::string> last_lines_;
    std::function<void(std::string_view line)> hears_;
    std::uint16_t port_ = 0;
    bool stopping_ = false;
};

/// The environment that it is started with: what the README of the benchmarks documents.
std::vector<std::string> server_environment(const ServerSpec& spec,
                                            const ServerSurroundings& surroundings);

/// The port that a line of output names, as Phony and the peers say that they listen; 0: it does
/// not.
std::uint16_t port_in(std::string_view line);

}  // namespace phony::bench
