#pragma once

#include "app/config.hpp"
#include "clients/openai_client.hpp"
#include "clients/twilio_client.hpp"
#include "metrics/metrics.hpp"
#include "server/access_rules.hpp"
#include "server/tls.hpp"
#include "simulator/call_plan.hpp"
#include <phony/api/simulate_request.hpp>
#include <phony/base/result.hpp>
#include <phony/call/policy.hpp>
#include <phony/twilio/relay_token.hpp>
#include <phony/twilio/twiml.hpp>

#include <boost/asio/ssl/context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace phony::app {

// The settings, as each part of the program wants to have them. What cannot be used after all
// (a URL, a directory, a certificate) throws std::runtime_error with a sentence for the operator.

/// For the model: certificates of the machine's CAs vouch for it.
boost::asio::ssl::context client_tls();
/// Null where a proxy has the certificate.
std::unique_ptr<server::Tls> server_tls(const Config& config);

clients::ModelSettings model_settings(const Config& config, const std::string& base_url);

/// Through which calls are placed, and ended and transferred where the relay cannot.
std::optional<clients::TwilioAccount> account_of(const Config& config,
                                                 const std::string& public_url);

/// The directory, made when it is not there; empty: calls are not recorded.
std::string recordings_of(const Config& config);

twilio::RelayOptions relay_options(const Config& config, std::uint16_t port);
twilio::RelayTokens relay_tokens_of(const Config& config);
call::Policy policy_of(const Config& config);
server::AccessRules access_of(const Config& config, std::uint16_t port);
metrics::Identity identity_of(const Config& config);

std::size_t threads_of(const Config& config);
/// In all.
std::size_t max_connections(const Config& config);
/// From one address; 0: no limit. In production no single address can take all: some is left for
/// Twilio, whatever a stranger does. A fleet of Twilio's own has many addresses; all of one proxy's
/// clients count for themselves, once PHONY_TRUSTED_PROXIES names it.
std::size_t places_for_each(const Config& config);

/// A call to ourselves on `port`; its seed is 0. An error when there is no such scenario.
Result<simulator::CallPlan> simulated_call(const Config& config,
                                           std::uint16_t port,
                                           const api::SimulateRequest& request);

}  // namespace phony::app
