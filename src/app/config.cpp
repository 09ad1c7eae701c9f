#include "app/config.hpp"

#include "app/config_file.hpp"
#include "app/settings.hpp"
#include "app/suggestion.hpp"
#include "app/system_prompt.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <string_view>
#include <utility>

namespace phony::app {
namespace {

/// A setting's text and where it comes from.
struct Found {
    std::string text;
    std::string source;
};

class Loader {
public:
    Loader(const CommandLine& command_line, const Outside& outside)
        : command_line_{command_line}, outside_{outside}, problems_{command_line.problems}
    {
    }

    boost::system::result<Config, Problems> load()
    {
        read_config_file();
        for (const auto& group : setting_groups()) {
            for (const Setting& setting : group.settings) apply(setting);
        }
        derive();
        check_tls();
        check_production();
        if (!problems_.empty()) return Problems{std::move(problems_)};
        return std::move(config_);
    }

private:
    void read_config_file()
    {
        const std::string& path = command_line_.config_path;
        if (path.empty()) return;
        const auto text = outside_.file(path);
        if (!text) return complain(fmt::format("--config: {} cannot be read", path));

        file_ = parse_config_file(path, *text);
        std::ranges::move(file_.problems, std::back_inserter(problems_));

        std::vector<std::string> keys;
        for (const auto& group : setting_groups()) {
            for (const Setting& setting : group.settings) keys.push_back(setting.key());
        }
        for (const auto& [key, entry] : file_.entries) {
            if (std::ranges::find(keys, key) != keys.end()) continue;
            complain(
                fmt::format("{} ({}) is no setting{}", key, entry.source, suggestion(key, keys)));
        }
    }

    void apply(const Setting& setting)
    {
        // PHONY_ENV is the first row, so the environment that decides about defaults is known.
        const bool production = config_.environment == Environment::production;
        const std::string_view fallback = production && !setting.production_fallback.empty()
                                              ? setting.production_fallback
                                              : setting.fallback;
        if (!fallback.empty()) setting.set(config_, fallback);

        const auto found = setting.secret ? find_secret(setting) : find(setting);
        if (!found) return;
        if (const auto allowed = setting.set(config_, found->text)) {
            complain(fmt::format("{} (from {}) must be {}", setting.name, found->source, *allowed));
        }
        config_.given.push_back(
            {std::string{setting.name}, setting.secret ? "***" : found->text, found->source});
    }

    /// The text of a setting that is not secret, or the path of a secret's file.
    std::optional<Found> find(const Setting& setting)
    {
        const std::string flag = setting.flag();
        if (const auto at = command_line_.flags.find(flag); at != command_line_.flags.end()) {
            return Found{at->second, flag};
        }
        std::string name{setting.name};
        if (setting.secret) name += "_FILE";
        if (auto text = from_environment(name)) return Found{std::move(*text), "the environment"};
        if (const auto at = file_.entries.find(setting.key()); at != file_.entries.end()) {
            return Found{at->second.text, at->second.source};
        }
        return std::nullopt;
    }

    std::optional<Found> find_secret(const Setting& setting)
    {
        const auto path = find(setting);
        auto secret = from_environment(std::string{setting.name});
        if (secret && path && path->source == "the environment") {
            complain(fmt::format("{0} and {0}_FILE are both set; which one counts?", setting.name));
            return std::nullopt;
        }
        // A path on the command line beats the environment, one in the config file does not.
        if (secret && (!path || !path->source.starts_with("--"))) {
            return Found{std::move(*secret), "the environment"};
        }
        if (!path) return std::nullopt;

        auto text = outside_.file(path->text);
        if (text)
            text->erase(text->find_last_not_of("\r\n") + 1);  // editors end a file in a newline
        if (!text || text->empty()) {
            complain(fmt::format("{}_FILE (from {}): {} is empty or cannot be read",
                                 setting.name,
                                 path->source,
                                 path->text));
            return std::nullopt;
        }
        return Found{std::move(*text), path->text};
    }

    std::optional<std::string> from_environment(const std::string& name) const
    {
        auto text = outside_.environment(name);
        if (text && text->empty()) text.reset();  // how compose files and shells say "not set"
        return text;
    }

    bool is_given(std::string_view name) const
    {
        return std::ranges::find(config_.given, name, &GivenSetting::name) != config_.given.end();
    }

    /// What follows from several settings together.
    void derive()
    {
        config_.model.simulated = config_.environment == Environment::development &&
                                  !is_given("OPENAI_API_KEY") && !is_given("OPENAI_BASE_URL");

        call::Policy& policy = config_.policy;
        policy.first_attempt = policy.reply_timeout * 2 / 3;  // the rest is left for one retry

        const bool others = policy.transfer_anywhere || !policy.transfer_allow.empty();
        config_.system_prompt =
            system_prompt(config_.system_prompt, config_.transfer_number, others);
        if (!config_.transfer_number.empty()) {
            policy.transfer_allow.push_back(config_.transfer_number);
        }

        config_.relay.welcome_greeting = config_.policy.greeting;
        config_.relay.attributes = std::move(file_.attributes);
        config_.relay.parameters = std::move(file_.parameters);
        config_.relay.languages = std::move(file_.languages);
        for (const std::string& problem : twilio::problems_of(config_.relay)) {
            complain(fmt::format("{}, [relay]: {}", command_line_.config_path, problem));
        }
    }

    void check_tls()
    {
        if (config_.tls_certificate.empty() != config_.tls_key.empty()) {
            complain("PHONY_TLS_CERT and PHONY_TLS_KEY go together, but only one is set");
        }
        check_readable("PHONY_TLS_CERT", config_.tls_certificate);
        check_readable("PHONY_TLS_KEY", config_.tls_key);
    }

    void check_readable(std::string_view name, const std::string& path)
    {
        if (path.empty() || outside_.file(path)) return;
        complain(fmt::format("{}: {} cannot be read", name, path));
    }

    void check_production()
    {
        if (is_given("TWILIO_AUTH_TOKEN_SECONDARY") && !is_given("TWILIO_AUTH_TOKEN")) {
            complain("TWILIO_AUTH_TOKEN_SECONDARY needs TWILIO_AUTH_TOKEN beside it");
        }
        if (config_.environment != Environment::production) return;
        const auto require = [&](bool present, std::string_view what, std::string_view why) {
            if (!present) complain(fmt::format("production needs {}, {}", what, why));
        };
        require(is_given("TWILIO_AUTH_TOKEN"),
                "TWILIO_AUTH_TOKEN",
                "or anyone could claim to be Twilio");
        require(is_given("PHONY_PUBLIC_URL"), "PHONY_PUBLIC_URL", "or Twilio could not find it");
        require(is_given("OPENAI_API_KEY") || is_given("OPENAI_BASE_URL"),
                "OPENAI_API_KEY or OPENAI_BASE_URL",
                "or nothing would answer callers");
        require(is_given("PHONY_SUPERVISOR_TOKENS"),
                "PHONY_SUPERVISOR_TOKENS",
                "or anyone could listen in; none if that is meant");
    }

    void complain(std::string problem) { problems_.push_back(std::move(problem)); }

    const CommandLine& command_line_;
    const Outside& outside_;
    ConfigFile file_;
    Config config_;
    std::vector<std::string> problems_;
};

}  // namespace

std::string Config::public_url(std::uint16_t listening_port) const
{
    if (!relay.public_url.empty()) return relay.public_url;
    return fmt::format(
        "{}://localhost:{}", tls_certificate.empty() ? "http" : "https", listening_port);
}

Outside process_outside()
{
    return {
        .environment = [](const std::string& name) -> std::optional<std::string> {
            // Read at start-up, when there is one thread and nothing changes the environment.
            const char* text = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
            if (text == nullptr) return std::nullopt;
            return text;
        },
        .file = [](const std::string& path) -> std::optional<std::string> {
            std::ifstream stream{path, std::ios::binary};
            if (!stream) return std::nullopt;
            std::string text;
            std::array<char, 4096> part;
            while (stream.read(part.data(), part.size()), stream.gcount() > 0) {
                text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
            }
            if (stream.bad()) return std::nullopt;
            return text;
        },
    };
}

boost::system::result<Config, Problems> load_config(const CommandLine& command_line,
                                                    const Outside& outside)
{
    return Loader{command_line, outside}.load();
}

}  // namespace phony::app
