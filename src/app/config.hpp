#pragma once

#include "app/command_line.hpp"
#include "hub/event_hub.hpp"
#include "log/log.hpp"
#include "server/limits.hpp"
#include <phony/api/origin.hpp>
#include <phony/api/trusted_proxies.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/call/number_list.hpp>
#include <phony/call/policy.hpp>
#include <phony/twilio/twiml.hpp>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace phony::app {

enum class Environment { development, production };

/// Someone who may watch calls and step in.
struct Supervisor {
    std::string name;
    std::string token;
    friend bool operator==(const Supervisor&, const Supervisor&) = default;
};

/// What `{base_url}/chat/completions` needs.
struct ModelSettings {
    std::string base_url;  ///< http or https, without a slash at its end
    std::string api_key;   ///< empty: none is sent
    std::string model;
    std::string speech_model;
    std::string voice;
    boost::json::object extra_body;  ///< put over each request
    std::size_t connections = 0;     ///< the most that a core's pool keeps
    bool simulated = false;  ///< the scripted model of this process answers; base_url is not used
    double simulated_pace = 1;  ///< times a real model's; not to be set, for hurried tests
};

/// A setting that was not left at its default, for the start-up log.
struct GivenSetting {
    std::string name;    ///< PHONY_REPLY_TIMEOUT
    std::string value;   ///< "***" for a secret
    std::string source;  ///< "--reply-timeout", "the environment", "phony.toml, line 3"
};

/// Everything that can be set: read once, before listening, checked as a whole, and then passed on
/// in parts. The rows of settings.cpp say what each setting is called, what it may be and what it
/// is when not given.
struct Config {
    Environment environment = Environment::development;

    std::string bind;        ///< an IP address
    std::uint16_t port = 0;  ///< 0: any that is free
    /// Handed over by the service manager; address and port are then its own. Not to be set.
    std::optional<int> listening_socket;
    std::string tls_certificate;  ///< path of a PEM file; with tls_key or not at all
    std::string tls_key;
    unsigned threads = 0;  ///< 0: one a core
    api::TrustedProxies trusted_proxies;
    std::size_t max_connections = 0;                     ///< 0: as many as the descriptors allow
    std::optional<std::size_t> connections_per_address;  ///< 0: no limit; not set: see wiring.hpp
    Duration drain_timeout{};

    std::size_t max_calls = 0;  ///< 0: no limit
    std::string overflow_sentence;
    std::string overflow_number;  ///< E.164; empty: hang up

    ModelSettings model;
    /// With the command protocol, ready to be sent.
    std::string system_prompt;

    /// Requests signed with any of these are Twilio's. Empty: signatures are not checked.
    std::vector<std::string> twilio_auth_tokens;
    std::string twilio_account_sid;  ///< empty: calls are not changed through Twilio's REST API
    std::string twilio_api_base_url;
    std::string caller_id;                  ///< E.164; empty: an order to place a call names one
    call::NumberList outbound;              ///< that may be called
    std::size_t calls_per_second = 0;       ///< that are placed; 0: no limit
    std::optional<Duration> placing_limit;  ///< other than TwilioAccount's; not to be set
    Duration speech_lead{};
    std::string recordings_directory;  ///< empty: calls are not recorded
    /// The profile is resolved. The public URL is empty when not set: see public_url().
    twilio::RelayOptions relay;

    call::Policy policy;
    std::string transfer_number;  ///< E.164; empty: the model is told of none

    std::vector<Supervisor> supervisors;
    std::vector<api::Origin> allowed_origins;
    std::string metrics_token;        ///< empty: everyone may scrape
    std::size_t supervisor_rate = 0;  ///< requests a minute; 0: no limit
    std::size_t event_rate = 0;       ///< messages a minute; 0: no limit

    std::string data_directory;
    std::chrono::days history_days{};  ///< 0: past calls are kept for ever

    server::Limits limits;                 ///< not to be set
    hub::EventHub::Bounds event_bounds{};  ///< neither

    log::Level log_level = log::Level::info;
    log::Format log_format = log::Format::human;

    std::vector<GivenSetting> given;

    /// Where Twilio finds us: as set, else this machine at the port that is listened on.
    std::string public_url(std::uint16_t listening_port) const;
};

/// How the outside is read; tests bring their own.
struct Outside {
    std::function<std::optional<std::string>(const std::string& name)> environment;
    /// A whole file; nothing when it cannot be read.
    std::function<std::optional<std::string>(const std::string& path)> file;
};

/// The process's own environment and files: the only place that reads them.
Outside process_outside();

/// One sentence for each thing that is wrong. Secrets are never quoted.
struct Problems {
    std::vector<std::string> sentences;
};

/// Flags beat the environment, which beats the config file, which beats the defaults. Either
/// everything is right, or all that is wrong is reported together, each with where it came from and
/// what is allowed:
///
///     auto config = load_config(parse_command_line({argv + 1, argv + argc}), process_outside());
///     if (!config) for (const auto& sentence : config.error().sentences) …
///
/// An empty environment variable counts as not set. Secrets come from the environment (X) or from a
/// file (X_FILE, --x-file, x_file), never from a flag or the config file.
boost::system::result<Config, Problems> load_config(const CommandLine& command_line,
                                                    const Outside& outside);

}  // namespace phony::app
