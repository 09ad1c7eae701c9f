#pragma once

#include "clients/base_url.hpp"
#include "clients/connection_pool.hpp"
#include "hub/telephone.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace phony::clients {

struct TwilioAccount {
    BaseUrl base_url;  ///< https://api.twilio.com
    std::string sid;   ///< "AC…"
    std::string auth_token;
    std::string dial_action{};  ///< URL that is asked what follows when a transfer's leg has ended
    /// For a whole request. Shorter than the patience of whoever waits for its answer.
    Duration limit = std::chrono::milliseconds{2500};
};

/// Twilio's REST API, as far as a call needs it: updates of a call (2010-04-01, Calls),
/// form-encoded, with Basic authentication. For one core; used on its thread.
///
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

    /// Closes idle connections and refuses new requests.
    void close() { pool_.close(); }

private:
    /// What Twilio answered.
    struct Answer {
        int status = 0;
        long code = 0;  ///< of its error; 0: none
    };

    async::awaitable<Result<Answer>> update(std::string call_sid, std::string form);
    async::awaitable<Result<Answer>> exchange(std::string call_sid, std::string form);

    TwilioAccount account_;
    ConnectionPool pool_;
    std::string headers_;
};

}  // namespace phony::clients
