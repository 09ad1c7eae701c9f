#pragma once

#include "hub/audio_feed.hpp"
#include "hub/calls.hpp"
#include "hub/event_hub.hpp"
#include "hub/history.hpp"
#include "hub/model.hpp"
#include "hub/placed_calls.hpp"
#include "hub/speech.hpp"
#include "hub/telephone.hpp"
#include "metrics/metrics.hpp"
#include "server/access_rules.hpp"
#include "server/limits.hpp"
#include "server/places.hpp"
#include "server/write_watch.hpp"
#include <phony/api/order_keys.hpp>
#include <phony/api/simulate_request.hpp>
#include <phony/api/trusted_proxies.hpp>
#include <phony/async/awaitable.hpp>
#include <phony/async/background.hpp>
#include <phony/async/task_group.hpp>
#include <phony/async/worker_thread.hpp>
#include <phony/base/guarded.hpp>
#include <phony/base/pace.hpp>
#include <phony/base/result.hpp>
#include <phony/call/number_list.hpp>
#include <phony/call/policy.hpp>
#include <phony/openai/chat_request.hpp>
#include <phony/openai/speech_request.hpp>
#include <phony/twilio/relay_token.hpp>
#include <phony/twilio/signature.hpp>
#include <phony/twilio/twiml.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

namespace phony::server {

class Tls;

/// What calls may be placed, and how fast.
struct OutboundRules {
    std::string caller_id;     ///< empty: an order names one
    call::NumberList allowed;  ///< that may be called
    std::size_t per_second = 0;
    Guarded<Pace> pace;
    Guarded<api::OrderKeys> keys{};
};

/// How the whole server is: shared by all cores. Immutable but for the atomics and what guards
/// itself.
struct Services {
    call::Policy policy;
    Limits limits;
    openai::ChatRequest chat_request;
    openai::SpeechRequest speech_request;
    Duration speech_lead{};            ///< how far audio is sent ahead of the clock
    std::string recordings_directory;  ///< empty: calls are not recorded
    twilio::RelayOptions relay;
    twilio::SignatureValidator signatures;
    twilio::RelayTokens relay_tokens;  ///< enabled where TwiML carries them
    std::string account_sid;           ///< Twilio's; empty: not known
    bool production = false;
    AccessRules access;
    std::size_t max_connections = 0;  ///< 0: no limit
    Places places;                    ///< of connections, for each address
    api::TrustedProxies proxies;
    std::size_t max_calls = 0;   ///< 0: no limit
    std::size_t event_rate = 0;  ///< messages that a viewer may send in a minute; 0: no limit
    OutboundRules outbound;
    std::string overflow_sentence;
    std::string overflow_number;
    std::string transfer_apology;
    bool simulated_model = false;
    Tls* tls = nullptr;  ///< null: plain

    /// Starts a simulated call and returns its callSid. Empty outside of development.
    std::function<Result<std::string>(const api::SimulateRequest&)> simulate;

    hub::Calls& calls;
    hub::PlacedCalls& placed;
    hub::EventHub& events;
    hub::AudioFeed& audio;
    hub::History& history;
    metrics::Metrics& metrics;
    async::WorkerThread& worker;

    TimePoint started;
    std::atomic<bool> draining = false;
    std::atomic<bool> succeeded = false;  ///< another process takes calls in our stead
    /// Asked by /healthz and /readyz.
    std::function<bool()> event_loops_tick;
    std::function<bool()> model_reachable;
};

/// What belongs to one core and is used on its thread only, but for `load` and `unanswered`.
struct Core {
    async::Executor executor;
    Services& services;
    hub::Model& model;
    hub::Speech& speech;
    hub::Telephone* telephone = nullptr;  ///< null: there is no account
    async::TaskGroup connections;
    WriteWatch write_watch;
    async::Background viewers;  ///< they are told of what happens behind what the calls have to do
    std::atomic<std::size_t> load = 0;        ///< open connections
    std::atomic<std::size_t> unanswered = 0;  ///< those of them that an answer is owed to
};

}  // namespace phony::server
