#pragma once

#include <phony/twilio/twiml.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace phony::app {

/// What a config file says, not judged yet but for its form.
///
///     public_url = "https://phony.example.net"     # PHONY_PUBLIC_URL in lower case, without
///     PHONY_ max_calls = 50 transfer_allow = ["+1555", "+4930123456"]    # the same as
///     "+1555,+4930123456" openai_api_key_file = "/run/secrets/openai"  # secrets stay in files of
///     their own
///
///     [relay.attributes]                           # of <ConversationRelay>
///     ttsProvider = "Google"
///
///     [relay.parameters]                           # a <Parameter> each
///     tenant = "7"
///
///     [[relay.languages]]                          # a <Language> each
///     code = "de-DE"
struct ConfigFile {
    struct Entry {
        std::string text;
        std::string source;  ///< "phony.toml, line 3"
    };

    std::map<std::string, Entry, std::less<>> entries;
    twilio::Attributes attributes;
    twilio::Attributes parameters;
    std::vector<twilio::Attributes> languages;
    std::vector<std::string> problems;
};

/// `name` is what messages call the file.
ConfigFile parse_config_file(std::string_view name, std::string_view text);

}  // namespace phony::app
