#pragma once

#include "clients/base_url.hpp"
#include "clients/connection_pool.hpp"
#include "clients/https_client.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/result.hpp>
#include <phony/openai/server_error.hpp>

#include <string>
#include <string_view>

/// What every endpoint of a server that speaks OpenAI's API has in common: where it is, who asks,
/// and how it refuses.
namespace phony::clients {

struct ModelSettings {
    BaseUrl base_url;  ///< requests go to {base_url}/chat/completions and {base_url}/audio/speech
    std::string api_key;  ///< empty: no Authorization header
    PoolSettings pool;
    HttpLimits http;
};

/// Whether a key can stand in a header.
bool is_usable_key(std::string_view key);

/// The headers of every request. Compression would withhold what streams until a block is full, so
/// it is refused.
std::string openai_headers(std::string_view api_key);

/// What went wrong before the server said so itself.
openai::Failure openai_failure(const HttpExchange& exchange, const Error& error);

/// Reads the answer that is not what was asked for, and gives the connection back.
async::awaitable<openai::Failure> openai_refusal(HttpExchange& exchange);

}  // namespace phony::clients
