#pragma once

#include "clients/connection_pool.hpp"
#include "clients/https_client.hpp"
#include "clients/openai_exchange.hpp"
#include "hub/speech.hpp"
#include <phony/openai/speech_request.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace phony::clients {

/// The voice of one core: a server that speaks OpenAI's speech synthesis, and the pool of
/// connections to it. Used on its thread; outlives its clauses.
class SpeechClient final : public hub::Speech {
public:
    /// `tls` must outlive the client, and so must `request`. The key must have been checked with
    /// is_usable_key.
    SpeechClient(const async::Executor& executor,
                 const ModelSettings& settings,
                 const openai::SpeechRequest& request,
                 async::asio::ssl::context& tls);

    void warm() override { pool_.warm(); }
    std::unique_ptr<hub::SpokenClause> ask() override;

    /// Closes idle connections and refuses new requests.
    void close() { pool_.close(); }

private:
    friend class SpeechStream;

    ConnectionPool pool_;
    const openai::SpeechRequest& request_;
    std::string headers_;
    HttpLimits limits_;
};

/// One clause over one connection of the pool; see hub::SpokenClause for its use.
class SpeechStream final : public hub::SpokenClause {
public:
    explicit SpeechStream(SpeechClient& client);

    async::awaitable<hub::ModelResult<void>> start(std::string text) override;
    async::awaitable<hub::ModelResult<std::string_view>> read() override;
    async::awaitable<void> finish() override;

private:
    const SpeechClient& client_;
    HttpExchange exchange_;
    std::string part_;  ///< of the audio, read last
};

}  // namespace phony::clients
