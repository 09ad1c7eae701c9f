#include "app/wiring.hpp"

#include "app/descriptors.hpp"
#include "app/version.hpp"
#include "clients/base_url.hpp"
#include "simulator/scenario.hpp"
#include "simulator/simulated_caller.hpp"
#include <phony/async/thread.hpp>
#include <phony/base/fields.hpp>
#include <phony/twilio/public_url.hpp>

#include <algorithm>
#include <filesystem>

#include <openssl/ssl.h>

#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace phony::app {

namespace ssl = boost::asio::ssl;

namespace {

server::Supervisors supervisors_of(const Config& config)
{
    std::vector<server::Supervisors::Supervisor> known;
    known.reserve(config.supervisors.size());
    for (const Supervisor& supervisor : config.supervisors)
        known.push_back({supervisor.name, supervisor.token});
    return server::Supervisors{std::move(known)};
}

/// Labels of metrics: where the model is, not how it is spelt.
std::string backend_of(const Config& config)
{
    if (config.model.simulated) return "built_in";
    const auto url = clients::parse_base_url(config.model.base_url);
    return url ? url->authority() : "";
}

std::string names_of_scenarios()
{
    std::string names;
    for (const auto name : simulator::scenario_names()) {
        if (!names.empty()) names += ", ";
        names += name;
    }
    return names;
}

}  // namespace

ssl::context client_tls()
{
    ssl::context context{ssl::context::tls_client};
    context.set_default_verify_paths();
    context.set_verify_mode(ssl::verify_peer);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    return context;
}

std::unique_ptr<server::Tls> server_tls(const Config& config)
{
    if (config.tls_certificate.empty()) return nullptr;
    return std::make_unique<server::Tls>(
        server::TlsFiles{.certificate = config.tls_certificate, .key = config.tls_key});
}

clients::ModelSettings model_settings(const Config& config, const std::string& base_url)
{
    auto url = clients::parse_base_url(base_url);
    if (!url) throw std::runtime_error{"OPENAI_BASE_URL: " + url.error().detail};
    clients::ModelSettings settings{.base_url = std::move(*url), .api_key = config.model.api_key};
    settings.pool.max_connections = config.model.connections;
    return settings;
}

std::optional<clients::TwilioAccount> account_of(const Config& config,
                                                 const std::string& public_url)
{
    if (config.twilio_account_sid.empty() || config.twilio_auth_tokens.empty()) return std::nullopt;
    auto url = clients::parse_base_url(config.twilio_api_base_url);
    if (!url) throw std::runtime_error{"TWILIO_API_BASE_URL: " + url.error().detail};
    clients::TwilioAccount account{.base_url = std::move(*url),
                                   .sid = config.twilio_account_sid,
                                   .auth_token = config.twilio_auth_tokens.front(),
                                   .dial_action = twilio::url_of(public_url, twilio::action_path),
                                   .public_url = public_url};
    if (config.placing_limit) account.placing_limit = *config.placing_limit;
    return account;
}

std::string recordings_of(const Config& config)
{
    if (config.recordings_directory.empty()) return {};
    std::error_code failed;
    std::filesystem::create_directories(config.recordings_directory, failed);
    if (failed)
        throw std::runtime_error{"PHONY_RECORDINGS_DIR cannot be used: " + failed.message()};
    return config.recordings_directory;
}

twilio::RelayOptions relay_options(const Config& config, std::uint16_t port)
{
    twilio::RelayOptions options = config.relay;
    options.public_url = config.public_url(port);
    return options;
}

/// The reference's TwiML has no place for them.
twilio::RelayTokens relay_tokens_of(const Config& config)
{
    const bool carried = config.relay.profile == twilio::TwimlProfile::twilio;
    return twilio::RelayTokens{carried ? config.twilio_auth_tokens : std::vector<std::string>{}};
}

/// The relay speaks the greeting only where the TwiML carries it; elsewhere nobody has said it.
call::Policy policy_of(const Config& config)
{
    call::Policy policy = config.policy;
    policy.greeting = config.relay.profile == twilio::TwimlProfile::twilio
                          ? config.relay.welcome_greeting
                          : std::string{};
    policy.own_greeting = config.relay.welcome_greeting;
    return policy;
}

server::AccessRules access_of(const Config& config, std::uint16_t port)
{
    const std::string public_url = config.public_url(port);
    return {.supervisors = supervisors_of(config),
            .origins = {public_url, config.allowed_origins},
            .metrics_token = config.metrics_token,
            .secure_cookie = public_url.starts_with("https://"),
            .insist_on_https = public_url.starts_with("https://") &&
                               config.environment == Environment::production,
            .controls = server::Throttle{config.supervisor_rate}};
}

std::size_t threads_of(const Config& config)
{
    if (config.threads != 0) return config.threads;
    return async::usable_cores();
}

std::size_t max_connections(const Config& config)
{
    if (config.max_connections != 0) return config.max_connections;
    return connections_for(descriptor_limit(), threads_of(config) * config.model.connections);
}

std::size_t places_for_each(const Config& config)
{
    if (config.connections_per_address) return *config.connections_per_address;
    if (config.environment == Environment::development) return 0;
    return std::max<std::size_t>(max_connections(config) / 4, 1);
}

metrics::Identity identity_of(const Config& config)
{
    return {.version = std::string{version()},
            .commit = std::string{commit()},
            .model = config.model.simulated ? "simulated" : config.model.model,
            .backend = backend_of(config),
            .call_capacity = config.max_calls,
            .cores = threads_of(config)};
}

Result<simulator::CallPlan> simulated_call(const Config& config,
                                           std::uint16_t port,
                                           const api::SimulateRequest& request)
{
    const simulator::Scenario* scenario = simulator::find_scenario(request.scenario);
    if (scenario == nullptr)
        return invalid_field("scenario", "must be one of " + names_of_scenarios());
    simulator::CallPlan plan{
        .host = config.bind == "0.0.0.0" || config.bind == "::" ? "127.0.0.1" : config.bind,
        .port = port,
        .tls = !config.tls_certificate.empty(),
        .public_url = config.public_url(port),
        .account_sid = config.twilio_account_sid,
        .call_sid = request.call_sid.empty() ? simulator::new_call_sid() : request.call_sid,
        .from = request.from,
        .to = request.to,
        .scenario = scenario,
        .dialect = request.dialect == api::SimulateRequest::Dialect::reference
                       ? simulator::Dialect::reference
                       : simulator::Dialect::conversation_relay,
        .speed = request.speed,
        .relay_attributes = simulator::with_events()};
    if (!config.twilio_auth_tokens.empty()) plan.auth_token = config.twilio_auth_tokens.front();
    if (!config.supervisors.empty()) plan.supervisor_token = config.supervisors.front().token;
    return plan;
}

}  // namespace phony::app
