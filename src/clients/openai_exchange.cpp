#include "clients/openai_exchange.hpp"

#include <algorithm>
#include <cstddef>

namespace phony::clients {
namespace {

constexpr std::size_t longest_refusal = std::size_t{64} * 1024;

}  // namespace

bool is_usable_key(std::string_view key)
{
    return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string openai_headers(std::string_view api_key)
{
    std::string headers =
        "Content-Type: application/json\r\n"
        "Accept-Encoding: identity\r\n"
        "User-Agent: phony\r\n";
    if (!api_key.empty()) headers.append("Authorization: Bearer ").append(api_key).append("\r\n");
    return headers;
}

openai::Failure openai_failure(const HttpExchange& exchange, const Error& error)
{
    using enum call::ModelFailure;
    return {exchange.connected() ? cut : connect, error.detail, true};
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the caller waits for it
async::awaitable<openai::Failure> openai_refusal(HttpExchange& exchange)
{
    const std::string body = co_await exchange.read_text(longest_refusal);
    auto failure =
        openai::classify_http_error(exchange.status(), exchange.header("content-type"), body);
    co_await exchange.finish();
    co_return failure;
}

}  // namespace phony::clients
