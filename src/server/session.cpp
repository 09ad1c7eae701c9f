// Signing in and out: how a dashboard, which cannot put a token into a WebSocket's headers, gets a
// cookie for it.

#include <phony/api/session.hpp>

#include "log/log.hpp"
#include "server/access.hpp"
#include "server/endpoints.hpp"
#include "server/peer.hpp"
#include "server/services.hpp"
#include <phony/base/json_text.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace phony::server {
namespace {

/// No script can read it, and no other site's page sends it along.
std::string cookie(const Core& core, std::string_view value, std::chrono::seconds lifetime)
{
    std::string text{session_cookie(core)};
    text.append("=").append(value).append("; HttpOnly; SameSite=Strict; Path=/; Max-Age=");
    text.append(std::to_string(lifetime.count()));
    if (core.services.access.secure_cookie) text.append("; Secure");
    return text;
}

Response welcome(std::string_view supervisor)
{
    std::string body = R"({"status":"success","supervisor":)";
    append_json_string(body, supervisor);
    return json(body += '}');
}

Response turn_away(Core& core, const Request& request, const Error& error)
{
    core.services.access.failed_sign_ins.take(network_of(request.peer),
                                              std::chrono::steady_clock::now());
    core.services.metrics.access_refused("sign_in");
    log::warn("failed sign-in", {{"peer", request.peer}});
    Response refusal = refuse(error);
    refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refusal;
}

}  // namespace

async::awaitable<Response> sign_in(Core& core, const Request& request)
{
    AccessRules& access = core.services.access;
    const auto token = api::parse_sign_in(request.body);
    if (!token) co_return refuse(token.error());
    // Whoever guesses has to wait even with the right one, or waiting would tell which one it is.
    const auto wait =
        access.failed_sign_ins.wait(network_of(request.peer), std::chrono::steady_clock::now());
    if (wait > Duration::zero()) {
        core.services.metrics.rate_limited("sign_in");
        co_return refuse_haste(wait, "too many failed sign-ins from this address");
    }
    const auto supervisor = access.supervisors.with_token(*token);
    if (!supervisor) co_return turn_away(core, request, supervisor.error());

    Response response = welcome(*supervisor);
    const auto session =
        access.supervisors.new_session(*supervisor, std::chrono::system_clock::now());
    if (!session.empty()) {
        response.headers.emplace_back("Set-Cookie",
                                      cookie(core, session, Supervisors::session_lifetime));
        log::info("signed in", {{"supervisor", *supervisor}, {"peer", request.peer}});
    }
    co_return response;
}

/// The session itself lives on until it expires or its token is changed: nothing is kept of it that
/// could be struck out.
async::awaitable<Response> sign_out(Core& core, const Request&)
{
    Response response{.status = 204};
    response.headers.emplace_back("Set-Cookie", cookie(core, {}, std::chrono::seconds{0}));
    co_return response;
}

async::awaitable<Response> show_session(Core& core, const Request& request)
{
    const Supervisors& supervisors = core.services.access.supervisors;
    const auto supervisor =
        supervisors.identify(credentials_of(core, request), std::chrono::system_clock::now());
    std::string body = R"({"tokensRequired":)";
    body.append(supervisors.open() ? "false" : "true").append(R"(,"supervisor":)");
    if (supervisor) {
        append_json_string(body, *supervisor);
    } else {
        body.append("null");
    }
    co_return json(body += '}');
}

}  // namespace phony::server
