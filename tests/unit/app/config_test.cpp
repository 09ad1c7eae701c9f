#include "app/config.hpp"

#include "app/settings.hpp"
#include "app/system_prompt.hpp"

#include <chrono>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace phony::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A machine with this command line, environment and files.
struct Machine {
    std::vector<const char*> arguments = {};
    std::map<std::string, std::string> environment = {};
    std::map<std::string, std::string> files = {};

    boost::system::result<Config, Problems> load() const
    {
        const auto look_up = [](const auto& map) {
            return [&map](const std::string& name) -> std::optional<std::string> {
                const auto at = map.find(name);
                if (at == map.end()) return std::nullopt;
                return at->second;
            };
        };
        return load_config(parse_command_line(arguments),
                           {.environment = look_up(environment), .file = look_up(files)});
    }

    Config config() const
    {
        auto loaded = load();
        if (loaded) return *loaded;
        for (const auto& sentence : loaded.error().sentences) ADD_FAILURE() << sentence;
        return {};
    }

    std::vector<std::string> problems() const
    {
        const auto loaded = load();
        return loaded ? std::vector<std::string>{} : loaded.error().sentences;
    }
};

const std::map<std::string, std::string> production = {
    {"PHONY_ENV", "production"},
    {"TWILIO_AUTH_TOKEN", "twilio-secret"},
    {"PHONY_PUBLIC_URL", "https://phony.example.net/"},
    {"OPENAI_API_KEY", "sk-secret"},
    {"PHONY_SUPERVISOR_TOKENS", "ann:ann-secret, bob:bob-secret"},
};

TEST(Config, needs_nothing_in_development)
{
    const Config config = Machine{}.config();
    EXPECT_EQ(config.environment, Environment::development);
    EXPECT_EQ(config.bind, "127.0.0.1");
    EXPECT_EQ(config.port, 24187);
    EXPECT_EQ(config.public_url(24187), "http://localhost:24187");
    EXPECT_TRUE(config.model.simulated);
    EXPECT_EQ(config.model.base_url, "https://api.openai.com/v1");
    EXPECT_EQ(config.relay.profile, twilio::TwimlProfile::reference);
    EXPECT_EQ(config.relay.welcome_greeting, config.policy.greeting);
    EXPECT_TRUE(config.policy.transfer_anywhere);
    EXPECT_TRUE(config.outbound.any);
    EXPECT_EQ(config.calls_per_second, 1U);
    EXPECT_EQ(config.max_calls, 0U);
    EXPECT_EQ(config.drain_timeout, 1h);
    EXPECT_EQ(config.log_format, log::Format::human);
    EXPECT_THAT(config.given, IsEmpty());
}

TEST(Config, has_the_defaults_that_the_policy_has_by_itself)
{
    const call::Policy policy = Machine{}.config().policy;
    const call::Policy expected;
    EXPECT_EQ(policy.fallback_sentence, expected.fallback_sentence);
    EXPECT_EQ(policy.holding_phrase, expected.holding_phrase);
    EXPECT_EQ(policy.reply_timeout, expected.reply_timeout);
    EXPECT_EQ(policy.first_attempt, expected.first_attempt);
    EXPECT_EQ(policy.dtmf_gap, expected.dtmf_gap);
    EXPECT_EQ(policy.clarification_timeout, expected.clarification_timeout);
    EXPECT_EQ(policy.history_tokens, expected.history_tokens);
}

TEST(Config, lets_flags_beat_the_environment_and_that_the_file)
{
    Machine machine{.files = {{"phony.toml", "port = 1\nmax_calls = 1\nthreads = 1"}}};
    machine.arguments = {"--config", "phony.toml", "--port=3"};
    machine.environment = {{"PORT", "2"}, {"PHONY_MAX_CALLS", "2"}, {"PHONY_THREADS", ""}};

    const Config config = machine.config();
    EXPECT_EQ(config.port, 3);
    EXPECT_EQ(config.max_calls, 2U);
    EXPECT_EQ(config.threads, 1U) << "an empty variable is not set";

    std::vector<std::string> given;
    given.reserve(config.given.size());
    for (const auto& setting : config.given) {
        given.push_back(setting.name + "=" + setting.value + " from " + setting.source);
    }
    EXPECT_THAT(given,
                ElementsAre("PORT=3 from --port",
                            "PHONY_THREADS=1 from phony.toml, line 3",
                            "PHONY_MAX_CALLS=2 from the environment"));
}

TEST(Config, reads_durations_in_any_unit)
{
    for (const auto& [text, expected] : std::map<std::string, Duration>{
             {"1.5s", 1500ms}, {"800ms", 800ms}, {"1m", 1min}, {"2", 2s}, {"0.5", 500ms}}) {
        const Machine machine{.environment = {{"PHONY_REPLY_TIMEOUT", text}}};
        const Config config = machine.config();
        EXPECT_EQ(config.policy.reply_timeout, expected) << text;
        EXPECT_EQ(config.policy.first_attempt, expected * 2 / 3) << text;
    }
    for (const char* text :
         {"", "s", "-1s", "1 s", "1.5.2", "1d", "2h", "1e400", "nan", "inf", "0"}) {
        Machine machine;
        machine.arguments = {"--reply-timeout", text};
        EXPECT_THAT(machine.problems(),
                    ElementsAre(HasSubstr("must be a duration from 500ms to 1m, such as")))
            << text;
    }
}

TEST(Config, reports_all_that_is_wrong_together_with_where_it_came_from)
{
    Machine machine{.files = {{"phony.toml", "bind = \"localhost\"\nmax_cals = 2\nrelay = 1"}}};
    machine.arguments = {"--config=phony.toml", "--port", "70000", "--theads=2"};
    machine.environment = {{"PHONY_ENV", "prod"},
                           {"OPENAI_EXTRA_BODY", "[]"},
                           {"TRANSFER_NUMBER", "555-1234"},
                           {"PHONY_TLS_CERT", "cert.pem"}};
    EXPECT_THAT(
        machine.problems(),
        testing::UnorderedElementsAre(
            "--theads is no flag of phony; did you mean --threads?",
            "relay (phony.toml, line 3) must be a table",
            "max_cals (phony.toml, line 2) is no setting; did you mean max_calls?",
            "PHONY_ENV (from the environment) must be one of development, production",
            "PHONY_BIND (from phony.toml, line 1) must be an IP address, such as 127.0.0.1, "
            "0.0.0.0 or "
            "::",
            "PORT (from --port) must be a number from 0 to 65535",
            "OPENAI_EXTRA_BODY (from the environment) must be a JSON object, such as "
            "{\"temperature\":0.3}",
            "TRANSFER_NUMBER (from the environment) must be a phone number in E.164 form, such as "
            "+15551234567",
            "PHONY_TLS_CERT and PHONY_TLS_KEY go together, but only one is set",
            "PHONY_TLS_CERT: cert.pem cannot be read"));
}

TEST(Config, believes_no_proxy_that_is_not_named)
{
    EXPECT_FALSE(Machine{}.config().trusted_proxies.contains("127.0.0.1"));
    const Config config =
        Machine{.environment = {{"PHONY_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"}}}.config();
    EXPECT_TRUE(config.trusted_proxies.contains("10.1.2.3"));
    EXPECT_FALSE(config.trusted_proxies.contains("192.0.2.1"));
    EXPECT_THAT((Machine{.environment = {{"PHONY_TRUSTED_PROXIES", "nginx"}}}).problems(),
                ElementsAre("PHONY_TRUSTED_PROXIES (from the environment) must be addresses or "
                            "networks between commas, such as 127.0.0.1,10.0.0.0/8"));
}

TEST(Config, leaves_the_number_of_connections_to_the_machine_unless_it_is_set)
{
    const Config unset = Machine{}.config();
    EXPECT_EQ(unset.max_connections, 0U);
    EXPECT_EQ(unset.connections_per_address, std::nullopt);
    const Config set = Machine{.environment = {{"PHONY_MAX_CONNECTIONS", "500"},
                                               {"PHONY_CONNECTIONS_PER_ADDRESS", "0"}}}
                           .config();
    EXPECT_EQ(set.max_connections, 500U);
    EXPECT_EQ(set.connections_per_address, 0U);
    EXPECT_THAT((Machine{.environment = {{"PHONY_MAX_CONNECTIONS", "0"}}}).problems(),
                ElementsAre(HasSubstr("a number from 1 to 1000000")));
}

TEST(Config, limits_supervisors_and_viewers_in_production)
{
    const Config open = Machine{}.config();
    EXPECT_EQ(open.supervisor_rate, 0U);
    EXPECT_EQ(open.event_rate, 0U);
    Machine machine{.environment = production};
    EXPECT_EQ(machine.config().supervisor_rate, 100U);
    EXPECT_EQ(machine.config().event_rate, 1000U);
    EXPECT_EQ(machine.config().max_calls, 10U);
    machine.environment["PHONY_SUPERVISOR_RATE"] = "0";
    EXPECT_EQ(machine.config().supervisor_rate, 0U);
}

TEST(Config, takes_origins_and_no_addresses_of_pages)
{
    Machine machine{
        .environment = {{"PHONY_ALLOWED_ORIGINS", "https://a.example, http://localhost:5173"}}};
    EXPECT_THAT(machine.config().allowed_origins,
                ElementsAre(api::Origin{true, {"a.example", 443}},
                            api::Origin{false, {"localhost", 5173}}));
    for (const char* wrong : {"a.example", "https://a.example/", "*", "null"}) {
        machine.environment["PHONY_ALLOWED_ORIGINS"] = wrong;
        EXPECT_THAT(machine.problems(), ElementsAre(HasSubstr("http or https origins"))) << wrong;
    }
}

TEST(Config, refuses_production_naming_all_that_is_missing)
{
    const Machine machine{.environment = {{"PHONY_ENV", "production"}}};
    EXPECT_THAT(machine.problems(),
                ElementsAre(HasSubstr("TWILIO_AUTH_TOKEN"),
                            HasSubstr("PHONY_PUBLIC_URL"),
                            HasSubstr("OPENAI_API_KEY or OPENAI_BASE_URL"),
                            HasSubstr("PHONY_SUPERVISOR_TOKENS")));
}

TEST(Config, is_strict_in_production)
{
    Machine machine{.environment = production};
    const Config config = machine.config();
    EXPECT_EQ(config.public_url(1), "https://phony.example.net");
    EXPECT_EQ(config.relay.profile, twilio::TwimlProfile::twilio);
    EXPECT_THAT(config.twilio_auth_tokens, ElementsAre("twilio-secret"));
    EXPECT_EQ(config.model.api_key, "sk-secret");
    EXPECT_FALSE(config.model.simulated);
    EXPECT_EQ(config.max_calls, 10U);
    EXPECT_FALSE(config.policy.transfer_anywhere);
    EXPECT_THAT(config.policy.transfer_allow, IsEmpty());
    EXPECT_EQ(config.log_format, log::Format::json);
    EXPECT_THAT(config.supervisors,
                ElementsAre(Supervisor{"ann", "ann-secret"}, Supervisor{"bob", "bob-secret"}));

    machine.environment["PHONY_SUPERVISOR_TOKENS"] = "none";
    EXPECT_THAT(machine.config().supervisors, IsEmpty());
}

TEST(Config, lets_nobody_be_called_in_production_who_is_not_allowed)
{
    Machine machine{.environment = production};
    EXPECT_FALSE(machine.config().outbound.contains("+15551234567"));
    machine.environment["PHONY_OUTBOUND_ALLOW"] = "+1555";
    EXPECT_TRUE(machine.config().outbound.contains("+15551234567"));
    EXPECT_FALSE(machine.config().outbound.contains("+4930123456"));
    machine.environment["PHONY_CALLER_ID"] = "+1 (857) 816-7225";
    EXPECT_EQ(machine.config().caller_id, "+18578167225");
}

TEST(Config, lets_the_model_transfer_to_the_transfer_number_and_what_is_allowed)
{
    Machine machine{.environment = production};
    machine.environment["TRANSFER_NUMBER"] = "+1 (555) 123-4567";
    EXPECT_THAT(machine.config().policy.transfer_allow, ElementsAre("+15551234567"));
    EXPECT_THAT(machine.config().system_prompt, HasSubstr("[[transfer:+15551234567]]"));

    machine.environment["PHONY_TRANSFER_ALLOW"] = "+49, +4412345";
    EXPECT_THAT(machine.config().policy.transfer_allow,
                ElementsAre("+49", "+4412345", "+15551234567"));
}

TEST(Config, simulates_the_model_only_when_there_is_neither_key_nor_url)
{
    EXPECT_FALSE((Machine{.environment = {{"OPENAI_API_KEY", "k"}}}).config().model.simulated);
    const Config local =
        Machine{.environment = {{"OPENAI_BASE_URL", "http://[::1]:8080/v1/"}}}.config();
    EXPECT_FALSE(local.model.simulated);
    EXPECT_EQ(local.model.base_url, "http://[::1]:8080/v1");
}

TEST(Config, refuses_urls_that_could_not_work)
{
    for (const char* url : {"localhost:8080",
                            "ftp://a",
                            "http://",
                            "https://:80",
                            "http:///v1",
                            "https://key@host",
                            "https://host/v1?x=1",
                            "https://host/#",
                            "http://a b"}) {
        const Machine machine{.environment = {{"OPENAI_BASE_URL", url}}};
        EXPECT_THAT(machine.problems(), ElementsAre(HasSubstr("must be an http or https URL")))
            << url;
    }
}

TEST(Config, takes_secrets_from_files)
{
    Machine machine{
        .files = {{"/run/key", "sk-file\n"}, {"phony.toml", "openai_api_key_file = '/run/key'"}}};
    machine.arguments = {"--config", "phony.toml"};
    EXPECT_EQ(machine.config().model.api_key, "sk-file");

    machine.environment = {{"OPENAI_API_KEY", "sk-environment"}};
    EXPECT_EQ(machine.config().model.api_key, "sk-environment");

    machine.arguments.push_back("--openai-api-key-file=/run/key");
    EXPECT_EQ(machine.config().model.api_key, "sk-file");

    machine.arguments.clear();
    machine.environment["OPENAI_API_KEY_FILE"] = "/run/key";
    EXPECT_THAT(machine.problems(), ElementsAre(HasSubstr("are both set")));

    machine.environment = {{"OPENAI_API_KEY_FILE", "/run/none"}};
    EXPECT_THAT(
        machine.problems(),
        ElementsAre("OPENAI_API_KEY_FILE (from the environment): /run/none is empty or cannot "
                    "be read"));
}

TEST(Config, never_shows_a_secret)
{
    Machine machine{.files = {{"phony.toml", "openai_api_key = 'sk-secret'"}}};
    machine.arguments = {
        "--config=phony.toml", "--openai-api-key", "sk-secret", "--twilio-auth-token=secret"};
    machine.environment = {{"PHONY_SUPERVISOR_TOKENS", "secret"}, {"OPENAI_API_KEY", "sk secret"}};
    const auto problems = machine.problems();
    EXPECT_EQ(problems.size(), 5U);
    EXPECT_THAT(problems, testing::Each(Not(HasSubstr("secret"))));
    EXPECT_THAT(problems,
                testing::Contains(
                    "--openai-api-key is no flag of phony; did you mean --openai-api-key-file?"));

    for (const auto& setting : Machine{.environment = production}.config().given) {
        EXPECT_THAT(setting.value, Not(HasSubstr("secret")));
    }
}

TEST(Config, accepts_a_second_twilio_token_while_rotating)
{
    Machine machine{.environment = {{"TWILIO_AUTH_TOKEN_SECONDARY", "new"}}};
    EXPECT_THAT(machine.problems(), ElementsAre(HasSubstr("needs TWILIO_AUTH_TOKEN")));
    machine.environment["TWILIO_AUTH_TOKEN"] = "old";
    EXPECT_THAT(machine.config().twilio_auth_tokens, ElementsAre("old", "new"));
    machine.environment["PHONY_TWIML_PROFILE"] = "reference";
    EXPECT_EQ(machine.config().relay.profile, twilio::TwimlProfile::reference);
}

TEST(Config, reads_lists_and_the_relay_table_from_the_file)
{
    Machine machine{.files = {{"phony.toml", R"(
        transfer_allow = ["+1555", "+49"]
        dtmf_gap = 2
        system_prompt = """
You sell
boats."""
        [relay.attributes]
        ttsProvider = "Google"
        voice = "en-US-Journey-O"
        preemptible = true
        [relay.parameters]
        tenant = "7"
        [[relay.languages]]
        code = "de-DE"
        [[relay.languages]]
        code = "fr-FR"
    )"}}};
    machine.arguments = {"--config", "phony.toml"};
    const Config config = machine.config();
    EXPECT_THAT(config.policy.transfer_allow, ElementsAre("+1555", "+49"));
    EXPECT_EQ(config.policy.dtmf_gap, 2s);
    EXPECT_TRUE(config.system_prompt.starts_with("You sell\nboats.\n"));
    EXPECT_EQ(config.relay.attributes.at("voice"), "en-US-Journey-O");
    EXPECT_EQ(config.relay.attributes.at("preemptible"), "true");
    EXPECT_EQ(config.relay.parameters.at("tenant"), "7");
    ASSERT_EQ(config.relay.languages.size(), 2U);
    EXPECT_EQ(config.relay.languages[1].at("code"), "fr-FR");
}

TEST(Config, explains_a_file_that_cannot_be_used)
{
    Machine machine;
    machine.arguments = {"--config", "phony.toml"};
    EXPECT_THAT(machine.problems(), ElementsAre("--config: phony.toml cannot be read"));

    machine.files["phony.toml"] = "port = 1\nport = ";
    EXPECT_THAT(machine.problems(), ElementsAre(HasSubstr("phony.toml, line 2: ")));

    machine.files["phony.toml"] =
        "[port]\nx = 1\n[relay.attributes]\nurl = 'x'\n[relay.colours]\na = 1";
    EXPECT_THAT(machine.problems(),
                testing::UnorderedElementsAre(AllOf(HasSubstr("port"), HasSubstr("plain value")),
                                              HasSubstr("colours (phony.toml, line 5)"),
                                              HasSubstr("phony.toml, [relay]: ")));
}

TEST(CommandLine, knows_its_tasks)
{
    using Task = CommandLine::Task;
    const auto task_of = [](std::vector<const char*> arguments) {
        const auto parsed = parse_command_line(arguments);
        EXPECT_THAT(parsed.problems, IsEmpty());
        return parsed.task;
    };
    EXPECT_EQ(task_of({}), Task::serve);
    EXPECT_EQ(task_of({"--port", "0"}), Task::serve);
    EXPECT_EQ(task_of({"--help"}), Task::help);
    EXPECT_EQ(task_of({"simulate", "-h"}), Task::help);
    EXPECT_EQ(task_of({"--version"}), Task::version);
    EXPECT_EQ(task_of({"simulate"}), Task::simulate);
}

TEST(CommandLine, reads_what_to_simulate)
{
    const std::vector<const char*> arguments = {"simulate",
                                                "survey",
                                                "--speed",
                                                "10",
                                                "--url=http://127.0.0.1:1",
                                                "--from",
                                                "+15550000001"};
    const auto parsed = parse_command_line(arguments);
    EXPECT_THAT(parsed.problems, IsEmpty());
    EXPECT_EQ(parsed.simulate.scenario, "survey");
    EXPECT_EQ(parsed.simulate.speed, 10);
    EXPECT_EQ(parsed.simulate.url, "http://127.0.0.1:1");
    EXPECT_EQ(parsed.simulate.from, "+15550000001");
    EXPECT_EQ(parsed.simulate.to, SimulateOptions{}.to);
}

TEST(CommandLine, reports_what_it_does_not_know)
{
    const auto problems_of = [](std::vector<const char*> arguments) {
        return parse_command_line(arguments).problems;
    };
    EXPECT_THAT(problems_of({"serve"}), ElementsAre("phony does not know what serve means"));
    EXPECT_THAT(problems_of({"--prot", "1"}),
                ElementsAre("--prot is no flag of phony; did you mean --port?"));
    EXPECT_THAT(problems_of({"--port"}), ElementsAre(HasSubstr("--port")));
    EXPECT_THAT(problems_of({"simulate", "--speed", "0"}), ElementsAre(HasSubstr("--speed")));
    EXPECT_THAT(problems_of({"simulate", "--sped", "2"}),
                ElementsAre("--sped is no flag of phony simulate; did you mean --speed?"));
}

TEST(Help, lists_every_setting_with_its_names_and_its_default)
{
    const std::string help = help_text();
    std::size_t rows = 0;
    for (const auto& group : setting_groups()) {
        for (const Setting& setting : group.settings) {
            EXPECT_THAT(help, HasSubstr("  " + setting.flag() + "  " + std::string{setting.name}));
            EXPECT_FALSE(setting.help.empty()) << setting.name;
            ++rows;

            Config config;
            if (!setting.fallback.empty()) {
                EXPECT_EQ(setting.set(config, setting.fallback), std::nullopt) << setting.name;
            }
            if (!setting.production_fallback.empty()) {
                EXPECT_EQ(setting.set(config, setting.production_fallback), std::nullopt);
            }
        }
    }
    EXPECT_GT(rows, 25U);
    EXPECT_THAT(help, HasSubstr("  --reply-timeout  PHONY_REPLY_TIMEOUT\n"));
    EXPECT_THAT(help, HasSubstr("[default 6s, unit s]"));
    EXPECT_THAT(help, HasSubstr("[default 0; in production 10]"));
    EXPECT_THAT(help,
                HasSubstr("  --openai-api-key-file  OPENAI_API_KEY or OPENAI_API_KEY_FILE\n"));
}

TEST(Settings, are_all_in_the_readme)
{
    std::ifstream file{PHONY_TEST_DATA "/../../README.md"};
    const std::string readme{std::istreambuf_iterator<char>{file}, {}};
    for (const auto& group : setting_groups()) {
        for (const Setting& setting : group.settings) {
            EXPECT_THAT(readme, HasSubstr("`" + std::string{setting.name} + "`"));
        }
    }
}

TEST(SystemPrompt, does_not_offer_a_transfer_that_would_be_refused)
{
    EXPECT_THAT(system_prompt("Be kind.", "", false), Not(HasSubstr("[[transfer:")));
    EXPECT_THAT((Machine{.environment = production}).config().system_prompt,
                Not(HasSubstr("[[transfer:")));
}

TEST(SystemPrompt, tells_the_model_its_commands)
{
    const std::string prompt = system_prompt("Be kind.", "", true);
    EXPECT_TRUE(prompt.starts_with("Be kind.\n"));
    for (const char* command : {"[[press:", "[[transfer:", "[[end_call]]", "[[request_user:"}) {
        EXPECT_THAT(prompt, HasSubstr(command));
    }
    EXPECT_EQ(prompt, system_prompt("Be kind.", "", true)) << "prompt caches live on equal bytes";
}

}  // namespace
}  // namespace phony::app
