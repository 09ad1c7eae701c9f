#pragma once

#include "simulator/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::simulator {

/// What is spoken on the relay's socket.
enum class Dialect { conversation_relay, reference };

/// One simulated call: who dials what where, and how.
struct CallPlan {
    // the server's own listener
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    bool tls = false;  ///< any certificate will do
    /// What Twilio would have been given; signatures cover it. Empty: http(s)://localhost:port.
    std::string public_url;

    std::string account_sid{};  ///< empty: a new one
    std::string call_sid;       ///< empty: a new one
    std::string from = "+15551234567";
    std::string to = "+18578167225";
    const Scenario* scenario = nullptr;  ///< must outlive the call
    Dialect dialect = Dialect::conversation_relay;
    double speed = 1;              ///< 10: the caller talks, listens and waits ten times as fast
    std::string auth_token;        ///< signs as Twilio does; empty: unsigned
    std::string supervisor_token;  ///< for the scenario's supervisor; empty: none
    std::uint64_t seed = 1;        ///< of the variation in Twilio's figures
    /// Attributes put over the TwiML's, such as events="speaker-events tokens-played" where the
    /// profile of the server asks for none.
    std::vector<std::pair<std::string, std::string>> relay_attributes;
};

/// For `relay_attributes`: the caller reports what it hears, as in Phony's twilio profile, also
/// where the TwiML does not ask for it.
inline std::vector<std::pair<std::string, std::string>> with_events()
{
    return {{"events", "speaker-events tokens-played"}};
}

/// One answer, measured at Twilio's end from the moment the final prompt (or key) was sent.
struct TurnLatency {
    std::optional<double> first_frame_ms;     ///< → the first text or sendDigits frame arrived
    std::optional<double> agent_speaking_ms;  ///< → the caller begins to hear it
};

struct CallOutcome {
    enum class Ending {
        caller_hung_up,
        agent_ended,
        transferred,
        failed,  ///< refused, cut off, or not to be connected: see `errors`
    };

    std::string call_sid;
    Ending ending = Ending::failed;
    std::string transferred_to;
    std::string handoff_data;
    std::vector<TurnLatency> turns;
    std::vector<std::string> agent_pressed;
    std::string agent_said;  ///< all words that were heard, as they were heard
    int interruptions = 0;
    int sessions = 0;
    std::vector<std::string> errors;
};

/// Watches a call as it happens, on the thread of the call. The defaults ignore everything.
class CallObserver {
public:
    virtual ~CallObserver() = default;

    virtual void connected(std::string_view /*call_sid*/) {}
    virtual void caller_says(std::string_view /*text*/) {}
    virtual void caller_presses(std::string_view /*keys*/) {}
    /// Clause by clause, as heard; `cut`: the rest of it was not.
    virtual void agent_says(std::string_view /*text*/, bool /*cut*/) {}
    virtual void agent_presses(std::string_view /*digits*/) {}
    virtual void agent_falls_silent() {}
    virtual void interrupted() {}
    virtual void supervisor_answers(std::string_view /*text*/) {}
    virtual void turn(const TurnLatency& /*latency*/) {}
    virtual void transferred(std::string_view /*target*/) {}
    virtual void problem(std::string_view /*what*/) {}
    virtual void ended(const CallOutcome& /*outcome*/) {}

protected:
    CallObserver() = default;
    CallObserver(const CallObserver&) = default;
    CallObserver& operator=(const CallObserver&) = default;
};

}  // namespace phony::simulator
