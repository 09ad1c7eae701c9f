#include "server/endpoints.hpp"
#include "server/services.hpp"
#include <phony/api/history_query.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace phony::server {
namespace {

using namespace std::chrono_literals;

Response answer_of(Result<std::string> found)
{
    if (found) return json(std::move(*found));
    const Error& error = found.error();
    return error.code == errc::rate_limited ? refuse_haste(1s, error.detail) : refuse(error);
}

}  // namespace

/// A call on the line is described by its events so far; one that was, by the history.
async::awaitable<Response> show_call(Core& core, const Request& request)
{
    auto live = core.services.events.state_of(request.call_sid);
    // What has ended is left to the history, which knows all of its transcript.
    if (live && live->phase == api::CallState::Phase::ended) live.reset();
    co_return answer_of(co_await core.services.history.call(request.call_sid, std::move(live)));
}

async::awaitable<Response> search_history(Core& core, const Request& request)
{
    auto query = api::parse_history_query(request.query());
    if (!query) co_return refuse(query.error());
    co_return answer_of(co_await core.services.history.search(std::move(*query)));
}

}  // namespace phony::server
