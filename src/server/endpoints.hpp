#pragma once

#include "server/http_message.hpp"
#include "server/web_socket.hpp"
#include <phony/async/awaitable.hpp>

#include <optional>

/// One function for each endpoint; router.cpp says where each is found.
namespace phony::server {

struct Core;

// webhooks.cpp: Twilio's
async::awaitable<Response> start_call(Core& core, const Request& request);
async::awaitable<Response> receive_call(Core& core, const Request& request);
async::awaitable<Response> relay_action(Core& core, const Request& request);
async::awaitable<Response> call_status(Core& core, const Request& request);

// place_call.cpp: supervisors have somebody called
async::awaitable<Response> place_call(Core& core, const Request& request);

// relay.cpp: the socket of a call
std::optional<Response> refuse_relay(Core& core, const Request& request);
async::awaitable<void> serve_relay(Core& core, WebSocket socket, Request request);

// events.cpp: supervisors watch
std::optional<Response> refuse_events(Core& core, const Request& request);
async::awaitable<void> serve_events(Core& core, WebSocket socket, Request request);
async::awaitable<Response> active_calls(Core& core, const Request& request);

// listen.cpp: supervisors listen
std::optional<Response> refuse_listen(Core& core, const Request& request);
async::awaitable<void> serve_listen(Core& core, WebSocket socket, Request request);

// overrides.cpp: supervisors step in
async::awaitable<Response> override_text(Core& core, const Request& request);
async::awaitable<Response> override_dtmf(Core& core, const Request& request);
async::awaitable<Response> override_end(Core& core, const Request& request);
async::awaitable<Response> override_transfer(Core& core, const Request& request);
async::awaitable<Response> override_clarification(Core& core, const Request& request);

// session.cpp: supervisors sign in to their dashboard
async::awaitable<Response> sign_in(Core& core, const Request& request);
async::awaitable<Response> sign_out(Core& core, const Request& request);
async::awaitable<Response> show_session(Core& core, const Request& request);

// past_calls.cpp: what is known of a call, and of calls that were
async::awaitable<Response> show_call(Core& core, const Request& request);
async::awaitable<Response> search_history(Core& core, const Request& request);

// health.cpp
async::awaitable<Response> healthz(Core& core, const Request& request);
async::awaitable<Response> readyz(Core& core, const Request& request);
async::awaitable<Response> scrape(Core& core, const Request& request);

// api_documents.cpp
async::awaitable<Response> openapi_document(Core& core, const Request& request);
async::awaitable<Response> asyncapi_document(Core& core, const Request& request);

// dashboard.cpp
async::awaitable<Response> dashboard_file(Core& core, const Request& request);
async::awaitable<Response> dashboard_without_slash(Core& core, const Request& request);

// simulate.cpp: development only
async::awaitable<Response> simulate_call(Core& core, const Request& request);

}  // namespace phony::server
