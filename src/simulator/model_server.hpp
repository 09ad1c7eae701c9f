#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/async/task_group.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace phony::simulator {

/// The built-in model behind OpenAI's own wire format, on a loopback port of its own, so that a
/// fresh clone makes calls through the same client as with the real one:
///
///     ModelServer model{io.get_executor()};
///     co_spawn(io, model.run(), …);
///     settings.base_url = model.base_url();     // http://127.0.0.1:40123/v1
///
/// Serves POST /v1/chat/completions (streamed or not), POST /v1/audio/speech and GET /v1/models,
/// with keep-alive. It stops generating for a client that has closed its connection. All on the
/// thread of the executor; must outlive run().
class ModelServer {
public:
    /// `speed` divides the pace of tokens and audio; 0 sends them all at once. Throws system_error
    /// when there is no port to be had.
    explicit ModelServer(const async::Executor& executor, double speed = 1);

    std::uint16_t port() const { return port_; }
    std::string base_url() const;

    /// Serves until stop(); then ends once all connections have.
    async::awaitable<void> run();
    /// Closes the port and cuts every connection.
    void stop();

    std::size_t connections() const { return sessions_.size(); }
    /// Replies whose client went away before their end.
    std::size_t abandoned_replies() const { return abandoned_; }

private:
    using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, async::Executor>;

    async::awaitable<void> serve(async::Socket socket);

    Acceptor acceptor_;
    async::TaskGroup sessions_;
    double speed_;
    std::uint16_t port_ = 0;
    std::size_t abandoned_ = 0;
    std::uint64_t served_ = 0;
};

}  // namespace phony::simulator
