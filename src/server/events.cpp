#include "server/endpoints.hpp"
#include "server/events_session.hpp"
#include "server/services.hpp"
#include <phony/api/call_state.hpp>
#include <phony/api/event_subscription.hpp>
#include <phony/base/form.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace phony::server {
namespace {

/// Nothing when the query leaves it to the first message.
Result<std::optional<api::EventSubscription>> subscription_in(const Request& request)
{
    const auto query = parse_query(request.query());
    if (!query) return Error{errc::websocket_error, "the query is not well-formed"};
    const auto call_sid = query->find("callSid");
    const auto since = query->find("since");
    const auto tokens = query->find("tokens");
    if (!call_sid && !since && !tokens) return std::optional<api::EventSubscription>{};
    auto wanted =
        api::parse_subscription(call_sid.value_or(""), since.value_or(""), tokens.value_or(""));
    if (!wanted) return wanted.error();
    return std::optional{std::move(*wanted)};
}

}  // namespace

std::optional<Response> refuse_events(Core&, const Request& request)
{
    const auto wanted = subscription_in(request);
    if (wanted) return std::nullopt;
    return refuse(wanted.error());
}

async::awaitable<void> serve_events(Core& core, WebSocket socket, Request request)
{
    auto wanted = subscription_in(request);
    EventsSession session{core, std::move(socket), std::move(wanted).value()};
    co_await session.run();
}

async::awaitable<Response> active_calls(Core& core, const Request&)
{
    const auto calls = core.services.events.active_calls();
    co_return json(api::calls_json(calls, std::chrono::steady_clock::now()));
}

}  // namespace phony::server
