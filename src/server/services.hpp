#pragma once

#include "hub/calls.hpp"
#include "hub/event_hub.hpp"
#include "hub/history.hpp"
#include "hub/model.hpp"
#include "metrics/metrics.hpp"
#include "server/access_rules.hpp"
#include "server/limits.hpp"
#include "server/write_watch.hpp"
#include <phony/api/simulate_request.hpp>
#include <phony/async/awaitable.hpp>
#include <phony/async/task_group.hpp>
#include <phony/async/worker_thread.hpp>
#include <phony/base/result.hpp>
#include <phony/call/policy.hpp>
#include <phony/openai/chat_request.hpp>
#include <phony/twilio/signature.hpp>
#include <phony/twilio/twiml.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

namespace boost::asio::ssl {
class context;  // NOLINT(readability-identifier-naming): Asio's
}

namespace phony::server {

/// How the whole server is: shared by all cores. Immutable but for the atomics and what guards
/// itself.
struct Services {
    call::Policy policy;
    Limits limits;
    openai::ChatRequest chat_request;
    twilio::RelayOptions relay;
    twilio::SignatureValidator signatures;
    AccessRules access;
    std::size_t max_calls = 0;   ///< 0: no limit
    std::size_t event_rate = 0;  ///< messages that a viewer may send in a minute; 0: no limit
    std::string overflow_sentence;
    std::string overflow_number;
    std::string transfer_apology;
    bool simulated_model = false;
    boost::asio::ssl::context* tls = nullptr;  ///< null: plain

    /// Starts a simulated call and returns its callSid. Empty outside of development.
    std::function<Result<std::string>(const api::SimulateRequest&)> simulate;

    hub::Calls& calls;
    hub::EventHub& events;
    hub::History& history;
    metrics::Metrics& metrics;
    async::WorkerThread& worker;

    TimePoint started;
    std::atomic<bool> draining = false;
    /// Asked by /healthz and /readyz.
    std::function<bool()> event_loops_tick;
    std::function<bool()> model_reachable;
};

/// What belongs to one core and is used on its thread only, but for `load`.
struct Core {
    async::Executor executor;
    Services& services;
    hub::Model& model;
    async::TaskGroup connections;
    WriteWatch write_watch;
    std::atomic<std::size_t> load = 0;  ///< open connections
};

}  // namespace phony::server
