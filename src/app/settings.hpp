#pragma once

#include "app/config.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace phony::app {

/// One setting. The table of these is all there is to know about what can be set: flags,
/// environment, config file, defaults and `--help` are read from it.
struct Setting {
    std::string_view name;  ///< in the environment: PHONY_REPLY_TIMEOUT
    std::string_view help;
    std::string_view fallback = {};             ///< the default, as one would write it; empty: none
    std::string_view production_fallback = {};  ///< where it differs
    std::string_view shown_fallback = {};  ///< for --help, when the default is not a plain value
    std::string_view unit = {};            ///< of a plain number
    bool secret = false;

    /// Puts the value into the config, or answers what is allowed ("a number from 0 to 65535").
    std::optional<std::string> (*set)(Config& config, std::string_view text) = nullptr;

    /// "reply_timeout": in the config file. A secret has "openai_api_key_file" instead.
    std::string key() const;
    /// "--reply-timeout".
    std::string flag() const;
};

struct SettingGroup {
    std::string_view title;
    std::span<const Setting> settings;
};

std::span<const SettingGroup> setting_groups();

}  // namespace phony::app
