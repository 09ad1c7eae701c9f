#include "clients/openai_client.hpp"

#include <algorithm>
#include <utility>

namespace phony::clients {

using async::awaitable;
using call::ModelFailure;
using hub::ModelRead;
using hub::ModelResult;

namespace {

constexpr std::size_t longest_refusal = std::size_t{64} * 1024;
constexpr std::size_t longest_request_id = 128;

/// Compression would withhold tokens until a block is full, so it is refused.
std::string common_headers(std::string_view api_key)
{
    std::string headers =
        "Content-Type: application/json\r\n"
        "Accept: text/event-stream\r\n"
        "Accept-Encoding: identity\r\n"
        "User-Agent: phony\r\n";
    if (!api_key.empty()) headers.append("Authorization: Bearer ").append(api_key).append("\r\n");
    return headers;
}

}  // namespace

bool is_usable_key(std::string_view key)
{
    return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

ModelClient::ModelClient(const async::Executor& executor,
                         const ModelSettings& settings,
                         async::asio::ssl::context& tls)
    : pool_{executor, settings.base_url, tls, settings.pool},
      headers_{common_headers(settings.api_key)},
      limits_{settings.http}
{
}

std::unique_ptr<hub::ModelReply> ModelClient::ask()
{
    return std::make_unique<ModelStream>(*this);
}

ModelStream::ModelStream(ModelClient& client)
    : client_{client}, exchange_{client.pool_, client.limits_}
{
}

awaitable<ModelResult<void>> ModelStream::send(std::string body, std::string headers)
{
    HttpRequest request;
    request.path = "/chat/completions";
    request.headers = client_.headers_ + headers;
    request.body = std::move(body);
    auto sent = co_await exchange_.send(std::move(request));
    if (!sent) co_return failure_of(sent.error());
    co_return ModelResult<void>{};
}

awaitable<ModelResult<void>> ModelStream::started()
{
    auto head = co_await exchange_.receive_head();
    if (!head) co_return failure_of(head.error());
    if (exchange_.status() == 200 && openai::is_event_stream(exchange_.header("content-type")))
        co_return ModelResult<void>{};
    co_return co_await read_refusal();
}

std::string_view ModelStream::request_id() const
{
    const auto id = exchange_.header("x-request-id");
    const bool is_name = id.size() <= longest_request_id &&
                         std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
    return is_name ? id : std::string_view{};
}

awaitable<openai::Failure> ModelStream::read_refusal()
{
    std::string body;
    while (body.size() < longest_refusal) {
        const auto bytes = co_await exchange_.read();
        if (!bytes || bytes->empty()) break;  // a body that was cut may still say enough
        body.append(*bytes, 0, longest_refusal - body.size());
    }
    auto failure =
        openai::classify_http_error(exchange_.status(), exchange_.header("content-type"), body);
    co_await exchange_.finish();
    co_return failure;
}

awaitable<ModelResult<ModelRead>> ModelStream::read()
{
    for (;;) {
        if (failure_) co_return *failure_;
        const auto bytes = co_await exchange_.read();
        if (!bytes) co_return failure_of(bytes.error());
        auto reading = bytes->empty() ? reader_.finish() : reader_.read(*bytes);
        failure_ = std::move(reading.failure);
        if (!reading.text.empty() || reading.complete)
            co_return ModelRead{reading.text, reading.complete};
    }
}

/// The usage is among what is drained.
awaitable<void> ModelStream::finish()
{
    return exchange_.finish([this](std::string_view bytes) { reader_.read(bytes); });
}

hub::ModelReport ModelStream::report() const
{
    return {.usage = reader_.usage(), .skipped_events = reader_.malformed_events()};
}

openai::Failure ModelStream::failure_of(const Error& error) const
{
    return {exchange_.connected() ? ModelFailure::cut : ModelFailure::connect, error.detail, true};
}

}  // namespace phony::clients
