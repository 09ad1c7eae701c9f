#pragma once

#include "simulator/call_plan.hpp"
#include "simulator/webhook_form.hpp"
#include <phony/async/awaitable.hpp>

namespace phony::simulator {

/// Calls a running server as Twilio would: the voice webhook, the relay WebSocket that its TwiML
/// names (path and query at the listener's own address), a scripted conversation, the `action`
/// request, and what its answer orders; a new <Connect> is followed three times at most.
///
///     ConversationPrinter printer{std::cout};
///     auto outcome = co_await place_call({.port = 24187, .scenario = find_scenario("survey")},
///                                        printer);
///
/// What goes wrong is in the outcome's `errors`; nothing that the server does makes it throw. It
/// ends by itself within the scenario's patience. The observer must outlive it.
async::awaitable<CallOutcome> place_call(CallPlan plan, CallObserver& observer);

}  // namespace phony::simulator
