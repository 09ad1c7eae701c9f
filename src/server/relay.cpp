#include "log/log.hpp"
#include "server/call_session.hpp"
#include "server/call_trace.hpp"
#include "server/endpoints.hpp"
#include <phony/api/call_sid.hpp>

#include <exception>
#include <utility>

namespace phony::server {

/// Checked before the upgrade, so that nobody else's socket is ever opened; Twilio reports a
/// refusal as error 64102.
std::optional<Response> refuse_relay(Core& core, const Request& request)
{
    const auto& signatures = core.services.signatures;
    if (!signatures.enabled()) return std::nullopt;
    if (signatures.upgrade(request.target, request.only("X-Twilio-Signature"))) return std::nullopt;
    core.services.metrics.signature_failed("relay");
    const auto call_sid = request.parameter("callSid");
    log::warn("refused a relay socket without Twilio's signature",
              {{"callSid", api::is_call_sid(call_sid) ? call_sid : std::string{}},
               {"peer", request.peer}});
    return refuse(Error{errc::invalid_signature});
}

async::awaitable<void> serve_relay(Core& core, WebSocket socket, Request request)
{
    CallSession session{
        core, std::move(socket), request.peer, request.parameter("callSid"), trace_of(request)};
    co_await session.run();
}

}  // namespace phony::server
