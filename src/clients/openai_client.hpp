#pragma once

#include "clients/connection_pool.hpp"
#include "clients/https_client.hpp"
#include "clients/openai_exchange.hpp"
#include "hub/model.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/openai/reply_reader.hpp>
#include <phony/openai/server_error.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace phony::clients {

/// The model of one core: a server that speaks OpenAI's streaming chat completions, and the pool of
/// connections to it. Used on its thread; outlives its replies.
class ModelClient final : public hub::Model {
public:
    /// `tls` must outlive the client. The key must have been checked with is_usable_key.
    ModelClient(const async::Executor& executor,
                const ModelSettings& settings,
                async::asio::ssl::context& tls);

    void warm() override { pool_.warm(); }
    std::unique_ptr<hub::ModelReply> ask() override;

    /// Closes idle connections and refuses new requests.
    void close() { pool_.close(); }

    ConnectionPool::Figures figures() const { return pool_.figures(); }

private:
    friend class ModelStream;

    ConnectionPool pool_;
    std::string headers_;  ///< the same for every request
    HttpLimits limits_;
};

/// One request and its reply, over one connection of the pool; see hub::ModelReply for its use.
/// finish() reads to the end of the body, within limits, and gives the connection back.
class ModelStream final : public hub::ModelReply {
public:
    explicit ModelStream(ModelClient& client);

    async::awaitable<hub::ModelResult<void>> send(std::string body,
                                                  std::string headers = {}) override;
    async::awaitable<hub::ModelResult<void>> started() override;
    async::awaitable<hub::ModelResult<void>> read(const Taker& take) override;
    async::awaitable<void> finish() override;
    std::string_view request_id() const override;

    hub::ModelReport report() const override;

    /// Why the reply ended, what it cost, what was skipped.
    const openai::ReplyReader& reply() const { return reader_; }

private:
    const ModelClient& client_;
    HttpExchange exchange_;
    openai::ReplyReader reader_;
    std::optional<openai::Failure> failure_;  ///< told once the words before it were
};

}  // namespace phony::clients
