#include "clients/openai_client.hpp"

#include <algorithm>
#include <utility>

namespace phony::clients {

using async::awaitable;
using hub::ModelResult;

namespace {

constexpr std::size_t longest_request_id = 128;

}  // namespace

ModelClient::ModelClient(const async::Executor& executor,
                         const ModelSettings& settings,
                         async::asio::ssl::context& tls)
    : pool_{executor, settings.base_url, tls, settings.pool},
      headers_{openai_headers(settings.api_key) + "Accept: text/event-stream\r\n"},
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
    if (!sent) co_return openai_failure(exchange_, sent.error());
    co_return ModelResult<void>{};
}

awaitable<ModelResult<void>> ModelStream::started()
{
    auto head = co_await exchange_.receive_head();
    if (!head) co_return openai_failure(exchange_, head.error());
    if (exchange_.status() == 200 && openai::is_event_stream(exchange_.header("content-type")))
        co_return ModelResult<void>{};
    co_return co_await openai_refusal(exchange_);
}

std::string_view ModelStream::request_id() const
{
    const auto id = exchange_.header("x-request-id");
    const bool is_name = id.size() <= longest_request_id &&
                         std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
    return is_name ? id : std::string_view{};
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the caller waits for it
awaitable<ModelResult<void>> ModelStream::read(const Taker& take)
{
    if (failure_) co_return *failure_;
    bool enough = false;
    const auto body = co_await exchange_.read([&](std::string_view bytes) {
        auto reading = bytes.empty() ? reader_.finish() : reader_.read(bytes);
        failure_ = std::move(reading.failure);
        if (!reading.text.empty() || reading.complete)
            enough = !take({reading.text, reading.complete}) || reading.complete;
        return !enough && !failure_;
    });
    if (enough) co_return ModelResult<void>{};
    if (failure_) co_return *failure_;
    if (!body) co_return openai_failure(exchange_, body.error());
    co_return ModelResult<void>{};
}

/// The usage is among what is drained.
awaitable<void> ModelStream::finish()
{
    return exchange_.finish([this](std::string_view bytes) {
        reader_.read(bytes);
        return true;
    });
}

hub::ModelReport ModelStream::report() const
{
    return {.usage = reader_.usage(), .skipped_events = reader_.malformed_events()};
}

}  // namespace phony::clients
