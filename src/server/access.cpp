#include "server/access.hpp"

#include "log/log.hpp"
#include "server/peer.hpp"
#include "server/services.hpp"
#include <phony/api/secret.hpp>
#include <phony/api/session.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace phony::server {
namespace {

bool comes_from_accepted_page(const AccessRules& access, const Request& request)
{
    return access.origins.accepts(request.only("Origin"), request.only("Host"));
}

Response forbid(Core& core, const Request& request, std::string_view what, std::string why)
{
    core.services.metrics.access_refused(what);
    log::warn("refused a foreign page",
              {{"path", request.path()}, {"peer", request.peer}, {"why", what}});
    return refuse(Error{errc::forbidden, std::move(why)});
}

/// A browser names the site whose script sends a request; everyone else is taken at their word.
std::optional<Response> refuse_foreign_page(Core& core, const Request& request)
{
    if (!request.has("Origin") || comes_from_accepted_page(core.services.access, request))
        return std::nullopt;
    return forbid(
        core, request, "origin", "the Origin is neither ours nor in PHONY_ALLOWED_ORIGINS");
}

/// Without tokens a page whose own name was made to lead here would pass for one of ours.
std::optional<Response> refuse_foreign_host(Core& core, const Request& request)
{
    const AccessRules& access = core.services.access;
    if (!access.supervisors.open() || !is_this_machine(request.peer) || !request.has("Host") ||
        access.origins.is_our_host(request.only("Host")))
        return std::nullopt;
    return forbid(
        core, request, "host", "the Host is neither this machine nor that of PHONY_PUBLIC_URL");
}

/// Twilio's signature says more than an Origin; without one a stranger's page could talk to the
/// model at our expense.
std::optional<Response> refuse_unsigned_page(Core& core, const Request& request)
{
    if (core.services.signatures.enabled()) return std::nullopt;
    return refuse_foreign_page(core, request);
}

std::optional<Response> refuse_page(Core& core, const Request& request)
{
    if (auto refusal = refuse_foreign_page(core, request)) return refusal;
    return refuse_foreign_host(core, request);
}

/// Adds to what the answer depends on.
void vary(std::vector<std::pair<std::string, std::string>>& headers, std::string_view on)
{
    const auto there =
        std::ranges::find(headers, "Vary", &std::pair<std::string, std::string>::first);
    if (there == headers.end()) {
        headers.emplace_back("Vary", on);
    } else {
        there->second.append(", ").append(on);
    }
}

Response ask_for_token(Core& core, const Error& error, std::string_view what)
{
    core.services.metrics.access_refused(what);
    Response refusal = refuse(error);
    refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refusal;
}

std::optional<Response> refuse_scraper(Core& core, const Request& request)
{
    const std::string& token = core.services.access.metrics_token;
    if (token.empty()) return std::nullopt;
    const auto given = api::bearer_token(request.only("Authorization"));
    if (given && api::is_same_secret(token, *given)) return std::nullopt;
    return ask_for_token(
        core,
        Error{errc::unauthorized, "PHONY_METRICS_TOKEN is needed: Authorization: Bearer TOKEN"},
        "metrics_token");
}

std::optional<Response> refuse_stranger(Core& core, Request& request)
{
    auto supervisor = core.services.access.supervisors.identify(credentials_of(core, request),
                                                                std::chrono::system_clock::now());
    if (!supervisor) return ask_for_token(core, supervisor.error(), "supervisor_token");
    request.supervisor = std::move(*supervisor);
    return std::nullopt;
}

/// What only looks is not limited: dashboards ask again and again.
std::optional<Response> refuse_hurry(Core& core, const Request& request)
{
    if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
    AccessRules& access = core.services.access;
    const std::string client = access.supervisors.open() ? network_of(request.peer)
                                                         : request.supervisor;
    const auto wait = access.controls.take(client, std::chrono::steady_clock::now());
    if (wait == Duration::zero()) return std::nullopt;
    core.services.metrics.rate_limited("control");
    return refuse_haste(
        wait, "at most " + std::to_string(access.controls.per_minute()) + " requests a minute");
}

}  // namespace

std::optional<Response> refuse_entry(Core& core, Guard guard, Request& request)
{
    switch (guard) {
    case Guard::open: return std::nullopt;
    case Guard::twilio: return refuse_unsigned_page(core, request);
    case Guard::scrapers: return refuse_scraper(core, request);
    case Guard::pages: return refuse_page(core, request);
    case Guard::supervisors: break;
    }
    if (auto refusal = refuse_page(core, request)) return refusal;
    if (auto refusal = refuse_stranger(core, request)) return refusal;
    return refuse_hurry(core, request);
}

void let_page_read(const Core& core, const Request& request, Response& response)
{
    if (!request.has("Origin") || !comes_from_accepted_page(core.services.access, request)) return;
    auto& headers = response.headers;
    headers.emplace_back("Access-Control-Allow-Origin", request.only("Origin"));
    headers.emplace_back("Access-Control-Allow-Credentials", "true");
    headers.emplace_back("Access-Control-Expose-Headers", "Retry-After, Location");
    vary(headers, "Origin");
    if (!request.has("Access-Control-Request-Method")) return;
    headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE");
    headers.emplace_back("Access-Control-Allow-Headers",
                         "Authorization, Content-Type, Idempotency-Key");
    headers.emplace_back("Access-Control-Max-Age", "600");
}

Credentials credentials_of(const Core& core, const Request& request)
{
    return {.authorization = request.only("Authorization"),
            .session = api::find_cookie(request.only("Cookie"), session_cookie(core))};
}

std::string_view session_cookie(const Core& core)
{
    return core.services.access.secure_cookie ? "__Host-phony_session" : "phony_session";
}

}  // namespace phony::server
