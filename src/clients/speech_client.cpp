#include "clients/speech_client.hpp"

#include <utility>

namespace phony::clients {

using async::awaitable;
using hub::ModelResult;

SpeechClient::SpeechClient(const async::Executor& executor,
                           const ModelSettings& settings,
                           const openai::SpeechRequest& request,
                           async::asio::ssl::context& tls)
    : pool_{executor, settings.base_url, tls, settings.pool},
      request_{request},
      headers_{openai_headers(settings.api_key)},
      limits_{settings.http}
{
}

std::unique_ptr<hub::SpokenClause> SpeechClient::ask()
{
    return std::make_unique<SpeechStream>(*this);
}

SpeechStream::SpeechStream(SpeechClient& client)
    : client_{client}, exchange_{client.pool_, client.limits_}
{
}

awaitable<ModelResult<void>> SpeechStream::start(std::string text)
{
    HttpRequest request;
    request.path = "/audio/speech";
    request.headers = client_.headers_;
    request.body = client_.request_.body(text);
    if (auto sent = co_await exchange_.send(std::move(request)); !sent)
        co_return openai_failure(exchange_, sent.error());
    if (auto head = co_await exchange_.receive_head(); !head)
        co_return openai_failure(exchange_, head.error());
    if (exchange_.status() == 200 && openai::may_be_audio(exchange_.header("content-type")))
        co_return ModelResult<void>{};
    co_return co_await openai_refusal(exchange_);
}

awaitable<ModelResult<std::string_view>> SpeechStream::read()
{
    const auto take = [this](std::string_view bytes) {
        part_ = bytes;
        return false;  // played as it comes
    };
    if (auto read = co_await exchange_.read(take); !read)
        co_return openai_failure(exchange_, read.error());
    co_return part_;
}

awaitable<void> SpeechStream::finish()
{
    return exchange_.finish();
}

}  // namespace phony::clients
