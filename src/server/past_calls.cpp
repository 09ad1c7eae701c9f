#include "server/endpoints.hpp"
#include "server/services.hpp"
#include <phony/api/history_query.hpp>

#include <utility>

namespace phony::server {

/// A call on the line is described by its events so far; one that was, by the history.
async::awaitable<Response> show_call(Core& core, const Request& request)
{
    auto live = core.services.events.state_of(request.call_sid);
    // What has ended is left to the history, which knows all of its transcript.
    if (live && live->phase == api::CallState::Phase::ended) live.reset();
    auto call = co_await core.services.history.call(request.call_sid, std::move(live));
    if (!call) co_return refuse(call.error());
    co_return json(std::move(*call));
}

async::awaitable<Response> search_history(Core& core, const Request& request)
{
    auto query = api::parse_history_query(request.query());
    if (!query) co_return refuse(query.error());
    auto page = co_await core.services.history.search(std::move(*query));
    if (!page) co_return refuse(page.error());
    co_return json(std::move(*page));
}

}  // namespace phony::server
