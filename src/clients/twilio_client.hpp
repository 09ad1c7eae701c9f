#pragma once

#include "clients/base_url.hpp"
#include "clients/connection_pool.hpp"
#include "clients/https_client.hpp"
#include "hub/telephone.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace phony::clients {

struct TwilioAccount {
    BaseUrl base_url;  ///< https://api.twilio.com
    std::string sid;   ///< "AC…"
    std::string auth_token;
    std::string dial_action{};  ///< URL that is asked what follows when a transfer's leg has ended
    std::string public_url{};   ///< where our webhooks are, for calls that are placed
    /// For a whole request. Shorter than the patience of whoever waits for its answer.
    Duration limit = std::chrono::milliseconds{2500};
    /// For a call that is placed, all attempts included. Whoever gives up early never learns what
    /// became of it.
    Duration placing_limit = std::chrono::seconds{15};
};

/// Twilio's REST API, as far as a call needs it: calls that are placed, and updates of a call
/// (2010-04-01, Calls), form-encoded, with Basic authentication. For one core; used on its thread.
///
/// Twilio knows no idempotency keys, so that an order to place a call is given again only if it was
/// surely not taken: there was no connection, or Twilio answered 429. An answer that was lost, cut,
/// or 5xx leaves the outcome unknown.
///
///     POST /2010-04-01/Accounts/AC…/Calls.json           To=%2B1555…&From=…&Url=…&…
///     POST /2010-04-01/Accounts/AC…/Calls/CA….json      Status=completed
///     POST /2010-04-01/Accounts/AC…/Calls/CA….json      Twiml=<Response><Dial>…</Dial></Response>
class TwilioClient final : public hub::Telephone {
public:
    /// `tls` must outlive the client.
    TwilioClient(const async::Executor& executor,
                 TwilioAccount account,
                 async::asio::ssl::context& tls);

    async::awaitable<Result<void>> hang_up(std::string call_sid) override;
    async::awaitable<Result<void>> transfer(std::string call_sid, std::string target) override;
    async::awaitable<hub::Placement> place(call::OutboundCall order) override;

    /// Closes idle connections and refuses new requests.
    void close() { pool_.close(); }

private:
    /// What Twilio answered.
    struct Answer {
        int status = 0;
        long code = 0;  ///< of its error; 0: none
    };

    /// One attempt to place a call, and how far it came.
    struct Attempt {
        bool sent = false;  ///< Twilio may have it
        int status = 0;     ///< 0: there was no answer
        long code = 0;
        std::string call_sid;
        std::optional<Duration> retry_after;
        std::string trouble;  ///< why there was no answer
    };

    async::awaitable<void> attempt(HttpExchange& exchange,
                                   const std::string& form,
                                   Attempt& attempt);
    static hub::Placement judge(Attempt attempt);

    async::awaitable<Result<Answer>> update(std::string call_sid, std::string form);
    async::awaitable<Result<Answer>> exchange(std::string call_sid, std::string form);

    TwilioAccount account_;
    ConnectionPool pool_;
    std::string headers_;
};

}  // namespace phony::clients
