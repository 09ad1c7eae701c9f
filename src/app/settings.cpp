#include "app/settings.hpp"

#include "app/setting_values.hpp"
#include "app/system_prompt.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace phony::app {
namespace {

using namespace std::chrono_literals;
using Text = std::string_view;

Allowed set_environment(Config& config, Text text)
{
    constexpr Named<Environment> words[] = {{"development", Environment::development},
                                            {"production", Environment::production}};
    return read_choice(text, words, config.environment);
}

Allowed set_log_level(Config& config, Text text)
{
    constexpr Named<log::Level> words[] = {{"debug", log::Level::debug},
                                           {"info", log::Level::info},
                                           {"warn", log::Level::warn},
                                           {"error", log::Level::error}};
    return read_choice(text, words, config.log_level);
}

Allowed set_log_format(Config& config, Text text)
{
    constexpr Named<log::Format> words[] = {{"json", log::Format::json},
                                            {"human", log::Format::human}};
    return read_choice(text, words, config.log_format);
}

Allowed set_supervisors(Config& config, Text text)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    auto allowed = read_named_tokens(text, pairs);
    config.supervisors.clear();
    for (auto& [name, token] : pairs) {
        config.supervisors.push_back({std::move(name), std::move(token)});
    }
    return allowed;
}

Allowed set_data_directory(Config& config, Text text)
{
    if (text.empty()) return "the path of a directory";
    return read_text(text, config.data_directory);
}

Allowed set_history_days(Config& config, Text text)
{
    int days = 0;
    auto allowed = read_number(text, 0, 36'500, days);
    if (!allowed) config.history_days = std::chrono::days{days};
    return allowed;
}

Allowed add_twilio_token(Config& config, Text text)
{
    std::string token;
    auto allowed = read_word(text, token);
    if (!allowed) config.twilio_auth_tokens.push_back(std::move(token));
    return allowed;
}

Allowed set_connections_per_address(Config& config, Text text)
{
    std::size_t each = 0;
    auto allowed = read_number<std::size_t>(text, 0, 1'000'000, each);
    if (!allowed) config.connections_per_address = each;
    return allowed;
}

Allowed set_twiml_profile(Config& config, Text text)
{
    enum class Profile { automatic, reference, twilio };
    constexpr Named<Profile> words[] = {{"auto", Profile::automatic},
                                        {"reference", Profile::reference},
                                        {"twilio", Profile::twilio}};
    auto profile = Profile::automatic;
    auto allowed = read_choice(text, words, profile);
    // The tokens stand above it in the table, so they are known.
    const bool for_twilio = profile == Profile::twilio ||
                            (profile == Profile::automatic && !config.twilio_auth_tokens.empty());
    config.relay.profile = for_twilio ? twilio::TwimlProfile::twilio
                                      : twilio::TwimlProfile::reference;
    return allowed;
}

// Only what the program reads stands here.

constexpr std::array server = {
    Setting{
        .name = "PHONY_ENV",
        .help = "development, or production: refuses to start without what a public server needs, "
                "and turns /test/* off",
        .fallback = "development",
        .set = set_environment,
    },
    Setting{
        .name = "PHONY_BIND",
        .help = "IP address to listen on",
        .fallback = "127.0.0.1",
        .set = [](Config& c, Text t) { return read_ip_address(t, c.bind); },
    },
    Setting{
        .name = "PORT",
        .help = "port to listen on; 0 picks a free one, which the log line \"listening\" names",
        .fallback = "24187",
        .set = [](Config& c, Text t) { return read_number<std::uint16_t>(t, 0, 65535, c.port); },
    },
    Setting{
        .name = "PHONY_PUBLIC_URL",
        .help = "where Twilio finds this server; its signatures and the relay's address are made "
                "of it",
        .shown_fallback = "http://localhost:PORT",
        .set = [](Config& c, Text t) { return read_url(t, c.relay.public_url); },
    },
    Setting{
        .name = "PHONY_TLS_CERT",
        .help = "certificate chain, a PEM file, to serve TLS without a proxy",
        .set = [](Config& c, Text t) { return read_text(t, c.tls_certificate); },
    },
    Setting{
        .name = "PHONY_TLS_KEY",
        .help = "its private key, a PEM file",
        .set = [](Config& c, Text t) { return read_text(t, c.tls_key); },
    },
    Setting{
        .name = "PHONY_TRUSTED_PROXIES",
        .help = "proxies that say in X-Forwarded-For who a client is, addresses or networks: "
                "127.0.0.1,10.0.0.0/8; nobody else is believed",
        .set = [](Config& c, Text t) { return read_proxies(t, c.trusted_proxies); },
    },
    Setting{
        .name = "PHONY_MAX_CONNECTIONS",
        .help = "most connections that clients may have open; more are closed at once",
        .shown_fallback = "what the descriptors allow, at most 20000",
        .set = [](Config& c,
                  Text t) { return read_number<std::size_t>(t, 1, 1'000'000, c.max_connections); },
    },
    Setting{
        .name = "PHONY_CONNECTIONS_PER_ADDRESS",
        .help = "how many of them one address may have, of IPv6 the 64 bits of a network; 0 for no "
                "limit",
        .shown_fallback = "0; in production a quarter of them",
        .set = set_connections_per_address,
    },
    Setting{
        .name = "PHONY_THREADS",
        .help = "I/O threads",
        .shown_fallback = "one a usable core",
        .set = [](Config& c, Text t) { return read_number<unsigned>(t, 1, 256, c.threads); },
    },
    Setting{
        .name = "PHONY_DRAIN_TIMEOUT",
        .help = "after SIGTERM no call is accepted, and those that go on may take so long to end",
        .fallback = "1h",
        .unit = "s",
        .set = [](Config& c, Text t) { return read_duration(t, 0s, 24h, c.drain_timeout); },
    },
    Setting{
        .name = "PHONY_SUPERVISOR_TOKENS",
        .help = "who may watch calls and step in: name:token,name:token; none for everyone",
        .secret = true,
        .set = set_supervisors,
    },
    Setting{
        .name = "PHONY_SUPERVISOR_RATE",
        .help = "what each of them, or without tokens each address, may do to calls in a minute; "
                "0 for no limit",
        .fallback = "0",
        .production_fallback = "100",
        .set = [](Config& c,
                  Text t) { return read_number<std::size_t>(t, 0, 1'000'000, c.supervisor_rate); },
    },
    Setting{
        .name = "PHONY_EVENT_RATE",
        .help = "messages that a viewer may send on /events/ws in a minute; 0 for no limit",
        .fallback = "0",
        .production_fallback = "1000",
        .set = [](Config& c,
                  Text t) { return read_number<std::size_t>(t, 0, 1'000'000, c.event_rate); },
    },
    Setting{
        .name = "PHONY_ALLOWED_ORIGINS",
        .help = "further sites whose pages may use the API: https://dash.example.com,...",
        .set = [](Config& c, Text t) { return read_origins(t, c.allowed_origins); },
    },
    Setting{
        .name = "PHONY_METRICS_TOKEN",
        .help = "when set, /metrics needs it as a bearer token",
        .secret = true,
        .set = [](Config& c, Text t) { return read_word(t, c.metrics_token); },
    },
    Setting{
        .name = "PHONY_DATA_DIR",
        .help = "where the history of calls is kept, a SQLite database; made when it is not there",
        .fallback = "./data",
        .set = set_data_directory,
    },
    Setting{
        .name = "PHONY_HISTORY_DAYS",
        .help = "how long past calls are kept; 0 for ever",
        .fallback = "90",
        .unit = "days",
        .set = set_history_days,
    },
    Setting{
        .name = "PHONY_LOG_LEVEL",
        .help = "debug, info, warn or error; debug logs what callers say",
        .fallback = "info",
        .set = set_log_level,
    },
    Setting{
        .name = "PHONY_LOG_FORMAT",
        .help = "json, an object on each line, or human",
        .fallback = "human",
        .production_fallback = "json",
        .set = set_log_format,
    },
};

constexpr std::array model = {
    Setting{
        .name = "OPENAI_API_KEY",
        .help = "sent as a bearer token; not needed by servers that ask for none",
        .secret = true,
        .set = [](Config& c, Text t) { return read_word(t, c.model.api_key); },
    },
    Setting{
        .name = "OPENAI_BASE_URL",
        .help = "any compatible server, http or https; requests go to its /chat/completions and "
                "/audio/speech. "
                "Without it and a key, in development, a scripted model answers",
        .fallback = "https://api.openai.com/v1",
        .set = [](Config& c, Text t) { return read_url(t, c.model.base_url); },
    },
    Setting{
        .name = "OPENAI_MODEL",
        .help = "the model that speaks: small and fast is what callers notice",
        .fallback = "gpt-5.4-mini",
        .set = [](Config& c, Text t) { return read_word(t, c.model.model); },
    },
    Setting{
        .name = "OPENAI_VOICE",
        .help = "the voice of replies that are spoken by this server, on relays that carry audio",
        .fallback = "alloy",
        .set = [](Config& c, Text t) { return read_word(t, c.model.voice); },
    },
    Setting{
        .name = "OPENAI_SPEECH_MODEL",
        .help = "the model that synthesises it; requests go to /audio/speech",
        .fallback = "gpt-4o-mini-tts",
        .set = [](Config& c, Text t) { return read_word(t, c.model.speech_model); },
    },
    Setting{
        .name = "OPENAI_EXTRA_BODY",
        .help = "JSON object that is put over each chat request; a null removes a field",
        .fallback = "{}",
        .set = [](Config& c, Text t) { return read_json_object(t, c.model.extra_body); },
    },
    Setting{
        .name = "PHONY_MODEL_CONNECTIONS",
        .help = "most connections to the model that a core keeps",
        .fallback = "256",
        .set = [](Config& c,
                  Text t) { return read_number<std::size_t>(t, 1, 65535, c.model.connections); },
    },
    Setting{
        .name = "PHONY_REPLY_TIMEOUT",
        .help = "from what the caller said to the first word of the reply, one retry included; "
                "the first attempt gets two thirds of it",
        .fallback = "6s",
        .unit = "s",
        .set = [](Config& c,
                  Text t) { return read_duration(t, 500ms, 1min, c.policy.reply_timeout); },
    },
    Setting{
        .name = "PHONY_HISTORY_TOKENS",
        .help = "about how much of the dialogue the model is shown, in tokens",
        .fallback = "24000",
        .set =
            [](Config& c, Text t) {
                return read_number<std::size_t>(t, 500, 1'000'000, c.policy.history_tokens);
            },
    },
};

constexpr std::array telephone = {
    Setting{
        .name = "TWILIO_AUTH_TOKEN",
        .help = "switches signature checks on, for webhooks and the relay alike",
        .secret = true,
        .set = add_twilio_token,
    },
    Setting{
        .name = "TWILIO_AUTH_TOKEN_SECONDARY",
        .help = "accepted as well, while tokens are being rotated",
        .secret = true,
        .set = add_twilio_token,
    },
    Setting{
        .name = "TWILIO_ACCOUNT_SID",
        .help = "with TWILIO_AUTH_TOKEN, the account through which calls are placed, and those on "
                "relays "
                "that carry audio ended and transferred",
        .set = [](Config& c, Text t) { return read_word(t, c.twilio_account_sid); },
    },
    Setting{
        .name = "TWILIO_API_BASE_URL",
        .help = "where its REST API is",
        .fallback = "https://api.twilio.com",
        .set = [](Config& c, Text t) { return read_url(t, c.twilio_api_base_url); },
    },
    Setting{
        .name = "PHONY_CALLER_ID",
        .help = "the number that POST /calls calls from when it names none, E.164: one of the "
                "account's",
        .set = [](Config& c, Text t) { return read_e164(t, c.caller_id); },
    },
    Setting{
        .name = "PHONY_OUTBOUND_ALLOW",
        .help = "numbers, or beginnings of numbers, that POST /calls may call; any for all, none "
                "for none",
        .fallback = "any",
        .production_fallback = "none",
        .set =
            [](Config& c, Text t) {
                return read_transfer_targets(t, c.outbound.beginnings, c.outbound.any);
            },
    },
    Setting{
        .name = "PHONY_CALLS_PER_SECOND",
        .help = "how fast calls are placed: as fast as the account may, or Twilio lets them wait; "
                "0 for no limit",
        .fallback = "1",
        .set = [](Config& c,
                  Text t) { return read_number<std::size_t>(t, 0, 1000, c.calls_per_second); },
    },
    Setting{
        .name = "PHONY_TWIML_PROFILE",
        .help = "twilio: what Twilio accepts; reference: the API reference's document; auto: "
                "twilio when TWILIO_AUTH_TOKEN is set",
        .fallback = "auto",
        .set = set_twiml_profile,
    },
    Setting{
        .name = "PHONY_RECORDINGS_DIR",
        .help =
            "where calls on relays that carry audio are recorded, a WAV file each; made when it "
            "is not there, and without it nothing is recorded",
        .set = [](Config& c, Text t) { return read_text(t, c.recordings_directory); },
    },
    Setting{
        .name = "PHONY_MAX_CALLS",
        .help = "most calls at a time; 0 for no limit",
        .fallback = "0",
        .production_fallback = "10",
        .set = [](Config& c,
                  Text t) { return read_number<std::size_t>(t, 0, 1'000'000, c.max_calls); },
    },
    Setting{
        .name = "PHONY_OVERFLOW_SENTENCE",
        .help = "what callers above that hear before they are hung up on",
        .fallback = "All our lines are busy right now. Please call again in a few minutes.",
        .set = [](Config& c, Text t) { return read_text(t, c.overflow_sentence); },
    },
    Setting{
        .name = "PHONY_OVERFLOW_NUMBER",
        .help = "where they are connected to instead, if set",
        .set = [](Config& c, Text t) { return read_e164(t, c.overflow_number); },
    },
};

constexpr std::array conversation = {
    Setting{
        .name = "SYSTEM_PROMPT",
        .help = "who the agent is and what it is to do; the commands that it may use are appended",
        .fallback = default_system_prompt,
        .shown_fallback = "a friendly assistant",
        .set = [](Config& c, Text t) { return read_text(t, c.system_prompt); },
    },
    Setting{
        .name = "PHONY_WELCOME_GREETING",
        .help = "spoken as soon as the call is connected; an empty flag or file entry for none",
        .fallback = "Hello! How can I help you?",
        .set = [](Config& c, Text t) { return read_text(t, c.policy.greeting); },
    },
    Setting{
        .name = "PHONY_FALLBACK_SENTENCE",
        .help = "spoken when the model fails or is late",
        .fallback = "I'm sorry, I didn't catch that. Could you say it again?",
        .set = [](Config& c, Text t) { return read_text(t, c.policy.fallback_sentence); },
    },
    Setting{
        .name = "PHONY_HOLDING_PHRASE",
        .help = "spoken while a supervisor is asked",
        .fallback = "One moment please, let me check that for you.",
        .set = [](Config& c, Text t) { return read_text(t, c.policy.holding_phrase); },
    },
    Setting{
        .name = "PHONY_SPEECH_LEAD",
        .help = "how far audio is sent ahead of the moment at which it is due: more bears a worse "
                "network, less falls silent sooner",
        .fallback = "200ms",
        .unit = "s",
        .set = [](Config& c, Text t) { return read_duration(t, 40ms, 5s, c.speech_lead); },
    },
    Setting{
        .name = "PHONY_CLARIFICATION_TIMEOUT",
        .help = "how long a supervisor may take to answer",
        .fallback = "60s",
        .unit = "s",
        .set = [](Config& c,
                  Text t) { return read_duration(t, 1s, 1h, c.policy.clarification_timeout); },
    },
    Setting{
        .name = "PHONY_DTMF_GAP",
        .help = "keys are gathered until # or so long without another; 0: each for itself",
        .fallback = "1.5s",
        .unit = "s",
        .set = [](Config& c, Text t) { return read_duration(t, 0s, 1min, c.policy.dtmf_gap); },
    },
    Setting{
        .name = "TRANSFER_NUMBER",
        .help = "the number that the model is told to transfer callers to, E.164",
        .set = [](Config& c, Text t) { return read_e164(t, c.transfer_number); },
    },
    Setting{
        .name = "PHONY_TRANSFER_ALLOW",
        .help = "numbers, or beginnings of numbers, that the model may transfer to besides "
                "TRANSFER_NUMBER; any for all",
        .fallback = "any",
        .production_fallback = "none",
        .set =
            [](Config& c, Text t) {
                return read_transfer_targets(
                    t, c.policy.transfer_allow, c.policy.transfer_anywhere);
            },
    },
};

constexpr std::array groups = {
    SettingGroup{"Server", server},
    SettingGroup{"Model", model},
    SettingGroup{"Telephone", telephone},
    SettingGroup{"Conversation", conversation},
};

}  // namespace

std::string Setting::key() const
{
    std::string_view plain = name;
    if (plain.starts_with("PHONY_")) plain.remove_prefix(6);
    std::string result{plain};
    for (char& c : result) {
        if (c != '_') c = static_cast<char>(c - 'A' + 'a');
    }
    return secret ? result + "_file" : result;
}

std::string Setting::flag() const
{
    std::string result = "--" + key();
    std::ranges::replace(result, '_', '-');
    return result;
}

std::span<const SettingGroup> setting_groups()
{
    return groups;
}

}  // namespace phony::app
