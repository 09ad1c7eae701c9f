#pragma once

#include <phony/base/timestamp.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace phony::call {

/// How calls are to be conducted: settings that do not change while the server runs. Shared by all
/// calls, read only.
struct Policy {
    /// Spoken by the relay as soon as it is up (welcomeGreeting), so it is history, too. May be
    /// empty.
    std::string greeting;
    /// Spoken by ourselves on a relay that speaks none. May be empty.
    std::string own_greeting;
    std::string fallback_sentence = "I'm sorry, I didn't catch that. Could you say it again?";
    std::string holding_phrase = "One moment please, let me check that for you.";

    /// Numbers, or prefixes of numbers, that the model may transfer to.
    std::vector<std::string> transfer_allow;
    bool transfer_anywhere = false;

    /// From the final prompt to the first spoken word, a retry included.
    Duration reply_timeout = std::chrono::seconds{6};
    Duration first_attempt = std::chrono::seconds{4};
    /// The longest pause between tokens of a reply that has begun.
    Duration token_gap = std::chrono::seconds{5};
    /// Keys are gathered until `#` or this long without another; 0: each at once.
    Duration dtmf_gap = std::chrono::milliseconds{1500};
    Duration clarification_timeout = std::chrono::seconds{60};
    /// The longest that end_call and transfer wait for their sentence to be heard.
    Duration farewell_cap = std::chrono::seconds{15};
    /// How long the relay may take to close its socket after our `end`.
    Duration close_grace = std::chrono::seconds{3};

    std::size_t history_tokens = 24'000;

    bool may_transfer_to(std::string_view target) const;
};

}  // namespace phony::call
