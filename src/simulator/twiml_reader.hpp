#pragma once

#include "simulator/voice_settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::simulator {

/// What a TwiML document orders, as far as a simulated caller can follow it.
struct TwimlOrders {
    struct Relay {
        Attributes attributes;  ///< of <ConversationRelay>; `url` among them
        Attributes parameters;  ///< its <Parameter>s
        std::string action;     ///< of <Connect>; may be empty
    };
    std::optional<Relay> relay;
    std::optional<std::string> dial;  ///< the number
    bool hang_up = false;
    std::vector<std::string> sentences;  ///< of <Say>
};

/// Reads tags, attributes and text, and does not mind what else an XML parser would: enough for the
/// documents that answer a voice webhook. Never fails; what is not understood orders nothing.
TwimlOrders read_twiml(std::string_view document);

}  // namespace phony::simulator
