#include "clients/twilio_client.hpp"

#include "clients/https_client.hpp"
#include <phony/api/call_sid.hpp>
#include <phony/async/with_deadline.hpp>
#include <phony/base/base64.hpp>
#include <phony/base/fields.hpp>
#include <phony/base/percent.hpp>
#include <phony/twilio/outbound.hpp>
#include <phony/twilio/twiml.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <utility>

namespace phony::clients {
namespace {

using namespace std::chrono_literals;
using async::awaitable;
using Clock = std::chrono::steady_clock;
using hub::Placement;

constexpr std::size_t longest_answer = std::size_t{64} * 1024;

/// "Call is not in-progress. Cannot redirect." to hang up on it: it is over.
constexpr long call_is_over = 21220;

constexpr int too_many_requests = 429;
constexpr int most_attempts = 3;
constexpr Duration first_pause = 500ms;

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
    if (const auto meaning = twilio::meaning_of_refusal(code); !meaning.empty())
        error.detail.append(": ").append(meaning);
    error.foreign_code = code;
    return error;
}

/// {"sid":"CA…","status":"queued",…}. Empty when that is not what it is.
std::string call_sid_in(std::string_view body)
{
    const auto object = parse_object(body);
    if (!object) return {};
    const auto sid = Fields{*object}.string("sid").value_or("");
    return api::is_call_sid(sid) ? std::string{sid} : std::string{};
}

/// Whole seconds; a date is taken for nothing.
std::optional<Duration> seconds_in(std::string_view header)
{
    unsigned seconds = 0;
    const auto [stopped, ec] =
        std::from_chars(header.data(), header.data() + header.size(), seconds);
    if (ec != std::errc{} || stopped != header.data() + header.size()) return std::nullopt;
    return std::chrono::seconds{std::min(seconds, 3600U)};
}

Placement unknown_outcome(const std::string& why)
{
    return {Placement::Outcome::unknown,
            {},
            Error{errc::twilio_error,
                  why + ": it is not known whether the call was placed, and it was not tried "
                        "again"}};
}

Placement refused(Error why)
{
    return {Placement::Outcome::refused, {}, std::move(why)};
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

awaitable<Placement> TwilioClient::place(call::OutboundCall order)
{
    const std::string form = twilio::place_call_form(order, account_.public_url);
    const TimePoint until = Clock::now() + account_.placing_limit;
    async::Timer pause{co_await async::asio::this_coro::executor};
    for (int count = 1;; ++count) {
        HttpExchange exchange{pool_};
        Attempt one;
        const auto completed =
            co_await async::with_deadline(attempt(exchange, form, one), until - Clock::now());
        one.sent = exchange.connected();
        if (!completed) one.trouble = "Twilio did not answer in time";
        const bool surely_not_taken = !one.sent || one.status == too_many_requests;
        const Duration wait = one.retry_after.value_or(first_pause * count);
        if (!surely_not_taken || count == most_attempts || Clock::now() + wait >= until)
            co_return judge(std::move(one));
        pause.expires_after(wait);
        if (auto [stopped] = co_await pause.async_wait(async::as_result); stopped)
            co_return judge(std::move(one));
    }
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): place() waits for it
awaitable<void> TwilioClient::attempt(HttpExchange& exchange,
                                      const std::string& form,  // NOLINT: as above
                                      Attempt& attempt)         // NOLINT: as above
{
    HttpRequest request;
    request.path = "/2010-04-01/Accounts/" + account_.sid + "/Calls.json";
    request.headers = headers_;
    request.body = form;

    if (auto sent = co_await exchange.send_once(std::move(request)); !sent) {
        attempt.trouble = "Twilio cannot be reached: " + sent.error().detail;
        co_return;
    }
    if (auto head = co_await exchange.receive_head(); !head) {
        attempt.trouble = "Twilio hung up: " + head.error().detail;
        co_return;
    }
    const std::string body = co_await exchange.read_text(longest_answer);
    attempt.status = exchange.status();
    attempt.code = code_in(body);
    attempt.call_sid = call_sid_in(body);
    attempt.retry_after = seconds_in(exchange.header("Retry-After"));
    co_await exchange.finish();
}

Placement TwilioClient::judge(Attempt attempt)
{
    if (!attempt.sent) return refused(Error{errc::twilio_error, std::move(attempt.trouble)});
    if (attempt.status == 0) return unknown_outcome(attempt.trouble);
    if (attempt.status / 100 == 2 && !attempt.call_sid.empty())
        return {Placement::Outcome::accepted, std::move(attempt.call_sid), {}};
    if (attempt.status / 100 == 2) return unknown_outcome("Twilio's answer cannot be read");
    if (attempt.status / 100 == 5)
        return unknown_outcome(refusal(attempt.status, attempt.code).detail);
    return refused(refusal(attempt.status, attempt.code));
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
