#include "clients/twilio_client.hpp"

#include "clients/https_client.hpp"
#include <phony/async/with_deadline.hpp>
#include <phony/base/base64.hpp>
#include <phony/base/fields.hpp>
#include <phony/base/percent.hpp>
#include <phony/twilio/twiml.hpp>

#include <cstddef>
#include <utility>

namespace phony::clients {
namespace {

using async::awaitable;

constexpr std::size_t longest_answer = std::size_t{64} * 1024;

/// "Call is not in-progress. Cannot redirect." to hang up on it: it is over.
constexpr long call_is_over = 21220;

std::string common_headers(const TwilioAccount& account)
{
    std::string headers =
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "Accept: application/json\r\n"
        "Accept-Encoding: identity\r\n"
        "User-Agent: phony\r\n"
        "Authorization: Basic ";
    append_base64(headers, account.sid + ":" + account.auth_token);
    return headers += "\r\n";
}

/// {"code":21220,"message":"…","more_info":"…","status":400}. The message is Twilio's, and may
/// quote.
long code_in(std::string_view body)
{
    const auto object = parse_object(body);
    return object ? static_cast<long>(Fields{*object}.integer("code").value_or(0)) : 0;
}

Error refusal(int status, long code)
{
    const std::string detail = "Twilio answered " + std::to_string(status);
    if (code == 0) return {errc::twilio_error, detail};
    Error error{errc::twilio_error, detail + ", error " + std::to_string(code)};
    error.foreign_code = code;
    return error;
}

}  // namespace

TwilioClient::TwilioClient(const async::Executor& executor,
                           TwilioAccount account,
                           async::asio::ssl::context& tls)
    : account_{std::move(account)},
      pool_{executor, account_.base_url, tls, {.max_connections = 16}},
      headers_{common_headers(account_)}
{
}

awaitable<Result<void>> TwilioClient::hang_up(std::string call_sid)
{
    const auto answer = co_await update(std::move(call_sid), "Status=completed");
    if (!answer) co_return answer.error();
    if (answer->status / 100 == 2 || answer->code == call_is_over) co_return Result<void>{};
    co_return refusal(answer->status, answer->code);
}

awaitable<Result<void>> TwilioClient::transfer(std::string call_sid, std::string target)
{
    std::string form = "Twiml=";
    append_percent_encoded(form, twilio::dial(target, {}, account_.dial_action));
    const auto answer = co_await update(std::move(call_sid), std::move(form));
    if (!answer) co_return answer.error();
    if (answer->status / 100 == 2) co_return Result<void>{};
    co_return refusal(answer->status, answer->code);
}

awaitable<Result<TwilioClient::Answer>> TwilioClient::update(std::string call_sid, std::string form)
{
    auto answer = co_await async::with_deadline(exchange(std::move(call_sid), std::move(form)),
                                                account_.limit);
    if (!answer) co_return Error{errc::twilio_error, "Twilio did not answer in time"};
    co_return std::move(*answer);
}

awaitable<Result<TwilioClient::Answer>> TwilioClient::exchange(std::string call_sid,
                                                               std::string form)
{
    HttpRequest request;
    request.path = "/2010-04-01/Accounts/" + account_.sid + "/Calls/";
    append_percent_encoded(request.path, call_sid);
    request.path += ".json";
    request.headers = headers_;
    request.body = std::move(form);

    HttpExchange exchange{pool_};
    if (auto sent = co_await exchange.send(std::move(request)); !sent)
        co_return Error{errc::twilio_error, "Twilio cannot be reached: " + sent.error().detail};
    if (auto head = co_await exchange.receive_head(); !head)
        co_return Error{errc::twilio_error, "Twilio hung up: " + head.error().detail};
    // The status counts, whatever comes of the body.
    const std::string body = co_await exchange.read_text(longest_answer);
    const Answer answer{exchange.status(), code_in(body)};
    co_await exchange.finish();
    co_return answer;
}

}  // namespace phony::clients
