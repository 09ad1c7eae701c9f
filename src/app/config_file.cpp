#include "app/config_file.hpp"

#include <optional>

#include <spdlog/fmt/fmt.h>
#include <toml++/toml.h>

namespace phony::app {
namespace {

std::string source_of(std::string_view file, const toml::node& node)
{
    return fmt::format("{}, line {}", file, node.source().begin.line);
}

/// A plain value as the environment would hold it.
std::optional<std::string> text_of(const toml::node& node)
{
    if (auto text = node.value_exact<std::string>()) return text;
    if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
    if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
    if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
    if (const auto* list = node.as_array()) {
        std::string joined;
        for (const toml::node& item : *list) {
            const auto text = item.value_exact<std::string>();
            if (!text) return std::nullopt;
            joined += (joined.empty() ? "" : ",") + *text;
        }
        return joined;
    }
    return std::nullopt;
}

class Reader {
public:
    Reader(std::string_view name, ConfigFile& file) : name_{name}, file_{file} {}

    void read(const toml::table& table)
    {
        for (const auto& [key, node] : table) {
            if (key == "relay") {
                read_relay(node);
            } else if (auto text = text_of(node)) {
                file_.entries[std::string{key.str()}] = {std::move(*text), source_of(name_, node)};
            } else {
                complain(node, key.str(), "must be a plain value or a list of strings");
            }
        }
    }

private:
    void read_relay(const toml::node& node)
    {
        const toml::table* relay = node.as_table();
        if (relay == nullptr) return complain(node, "relay", "must be a table");
        for (const auto& [key, part] : *relay) {
            if (key == "attributes") {
                read_attributes(part, file_.attributes);
            } else if (key == "parameters") {
                read_attributes(part, file_.parameters);
            } else if (key == "languages" && part.is_array()) {
                for (const toml::node& language : *part.as_array()) {
                    read_attributes(language, file_.languages.emplace_back());
                }
            } else {
                complain(
                    part, key.str(), "is none of relay's attributes, parameters, [[languages]]");
            }
        }
    }

    void read_attributes(const toml::node& node, twilio::Attributes& out)
    {
        const toml::table* table = node.as_table();
        if (table == nullptr)
            return complain(node, "relay", "must hold tables of names and values");
        for (const auto& [key, value] : *table) {
            if (auto text = text_of(value)) {
                out[std::string{key.str()}] = std::move(*text);
            } else {
                complain(value, key.str(), "must be a plain value");
            }
        }
    }

    void complain(const toml::node& node, std::string_view key, std::string_view what)
    {
        file_.problems.push_back(fmt::format("{} ({}) {}", key, source_of(name_, node), what));
    }

    std::string_view name_;
    ConfigFile& file_;
};

}  // namespace

ConfigFile parse_config_file(std::string_view name, std::string_view text)
{
    ConfigFile file;
    try {
        Reader{name, file}.read(toml::parse(text));
    } catch (const toml::parse_error& error) {  // the only way in which toml++ says so
        file.problems.push_back(
            fmt::format("{}, line {}: {}", name, error.source().begin.line, error.description()));
    }
    return file;
}

}  // namespace phony::app
