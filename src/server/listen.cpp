#include "server/endpoints.hpp"
#include "server/listen_session.hpp"
#include <phony/api/call_sid.hpp>

#include <utility>

namespace phony::server {

/// Who would hear nothing is told so before the upgrade.
std::optional<Response> refuse_listen(Core& core, const Request& request)
{
    const auto call_sid = request.parameter("callSid");
    if (!api::is_call_sid(call_sid))
        return refuse(Error{errc::websocket_error, "callSid is missing or malformed", "callSid"});
    const auto tracks = request.parameter("tracks");
    if (!tracks.empty() && tracks != "separate" && tracks != "mixed")
        return refuse(Error{errc::websocket_error, "tracks must be separate or mixed", "tracks"});
    if (!core.services.calls.contains(call_sid)) return refuse(Error{errc::call_not_found});
    return std::nullopt;
}

async::awaitable<void> serve_listen(Core& core, WebSocket socket, Request request)
{
    using Tracks = ListenSession::Tracks;
    ListenSession session{core,
                          std::move(socket),
                          request.parameter("callSid"),
                          request.parameter("tracks") == "mixed" ? Tracks::mixed
                                                                 : Tracks::separate};
    co_await session.run();
}

}  // namespace phony::server
