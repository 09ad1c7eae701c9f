#include "server/router.hpp"

#include "server/access.hpp"
#include "server/endpoints.hpp"
#include "server/path_pattern.hpp"
#include "server/services.hpp"
#include <phony/api/call_sid.hpp>
#include <phony/base/fields.hpp>
#include <phony/base/percent.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace phony::server {
namespace {

using Clock = std::chrono::steady_clock;

struct Endpoint {
    std::string_view method;
    std::string_view path;  ///< may hold {callSid}, or end with *
    Guard guard;
    async::awaitable<Response> (*answer)(Core& core, const Request& request);
};

constexpr std::array endpoints{
    Endpoint{"POST", "/start_call", Guard::twilio, start_call},
    Endpoint{"POST", "/receive_call", Guard::twilio, receive_call},
    Endpoint{"POST", "/relay/action", Guard::twilio, relay_action},
    Endpoint{"POST", "/call_status", Guard::twilio, call_status},
    Endpoint{"POST", "/calls", Guard::supervisors, place_call},
    Endpoint{"POST", "/override/text", Guard::supervisors, override_text},
    Endpoint{"POST", "/override/dtmf", Guard::supervisors, override_dtmf},
    Endpoint{"POST", "/override/end", Guard::supervisors, override_end},
    Endpoint{"POST", "/override/transfer", Guard::supervisors, override_transfer},
    Endpoint{"POST", "/override/clarification", Guard::supervisors, override_clarification},
    Endpoint{"GET", "/calls", Guard::supervisors, active_calls},
    Endpoint{"GET", "/calls/{callSid}", Guard::supervisors, show_call},
    Endpoint{"GET", "/history", Guard::supervisors, search_history},
    Endpoint{"GET", "/healthz", Guard::open, healthz},
    Endpoint{"GET", "/readyz", Guard::open, readyz},
    Endpoint{"GET", "/metrics", Guard::scrapers, scrape},
    Endpoint{"POST", "/session", Guard::pages, sign_in},
    Endpoint{"DELETE", "/session", Guard::pages, sign_out},
    Endpoint{"GET", "/session", Guard::pages, show_session},
    Endpoint{"GET", "/openapi.json", Guard::open, openapi_document},
    Endpoint{"GET", "/asyncapi.json", Guard::open, asyncapi_document},
    Endpoint{"GET", "/dashboard", Guard::open, dashboard_without_slash},
    Endpoint{"GET", "/dashboard/*", Guard::open, dashboard_file},
    Endpoint{"POST", "/test/simulate_call", Guard::supervisors, simulate_call},
};

struct SocketEndpoint {
    std::string_view path;
    Guard guard;
    std::optional<Response> (*refuse)(Core& core, const Request& request);
    SocketHandler serve;
};

constexpr std::array socket_endpoints{
    SocketEndpoint{"/relay/ws", Guard::twilio, refuse_relay, serve_relay},
    SocketEndpoint{"/events/ws", Guard::supervisors, refuse_events, serve_events},
    SocketEndpoint{"/listen/ws", Guard::supervisors, refuse_listen, serve_listen},
};

const SocketEndpoint* find_socket(std::string_view path)
{
    const auto* found = std::ranges::find(socket_endpoints, path, &SocketEndpoint::path);
    return found == socket_endpoints.end() ? nullptr : found;
}

/// Simulated calls exist in development only; elsewhere nothing says that they could.
bool is_hidden(const Core& core, const Endpoint& endpoint)
{
    return endpoint.path.starts_with("/test/") && !core.services.simulate;
}

/// HEAD is answered like GET, without the body.
bool answers(const Endpoint& endpoint, std::string_view method)
{
    return endpoint.method == method || (endpoint.method == "GET" && method == "HEAD");
}

/// The value of the Allow header, without OPTIONS, which every address takes.
void allow(std::string& methods, const Endpoint& endpoint)
{
    methods.append(endpoint.method).append(", ");
    if (endpoint.method == "GET") methods.append("HEAD, ");
}

async::awaitable<Response> enter(Core& core,
                                 const Endpoint& endpoint,
                                 std::string_view parameter,
                                 Request& request)
{
    if (auto refusal = refuse_entry(core, endpoint.guard, request)) co_return std::move(*refusal);
    if (!parameter.empty()) {
        auto call_sid = percent_decoded(parameter, Plus::itself);
        if (!call_sid || !api::is_call_sid(*call_sid))
            co_return refuse(invalid_field("callSid", "is not a call SID"));
        request.call_sid = std::move(*call_sid);
    }
    co_return co_await endpoint.answer(core, request);
}

/// What an address that is there says to a method that nobody answers, or to OPTIONS.
Response tell_methods(const Request& request, std::string allowed)
{
    allowed.append("OPTIONS");
    Response response = request.method == "OPTIONS"
                            ? Response{.status = 204}
                            : refuse(Error{errc::method_not_allowed}, {{"allow", allowed}});
    response.headers.emplace_back("Allow", std::move(allowed));
    return response;
}

/// What a WebSocket's handshake lacks (RFC 6455, section 4.2.1).
std::optional<Response> refuse_handshake(const Request& request)
{
    // 16 bytes in base64.
    constexpr std::size_t key_size = 24;
    if (!request.has("Host")) return refuse(Error{errc::websocket_error, "the Host is missing"});
    if (request.only("Sec-WebSocket-Key").size() != key_size)
        return refuse(Error{errc::websocket_error, "Sec-WebSocket-Key is missing or malformed"});
    if (request.only("Sec-WebSocket-Version") != "13") {
        Response refusal =
            refuse(Error{errc::upgrade_required, "Sec-WebSocket-Version must be 13"});
        refusal.headers.emplace_back("Sec-WebSocket-Version", "13");
        refusal.headers.emplace_back("Upgrade", "websocket");
        return refusal;
    }
    return std::nullopt;
}

async::awaitable<Response> route(Core& core, Request& request)
{
    std::string allowed;
    for (const Endpoint& endpoint : endpoints) {
        const auto parameter = match_path(endpoint.path, request.path());
        if (!parameter || is_hidden(core, endpoint)) continue;
        request.route = endpoint.path;
        if (answers(endpoint, request.method))
            co_return co_await enter(core, endpoint, *parameter, request);
        allow(allowed, endpoint);
    }
    if (!allowed.empty()) co_return tell_methods(request, std::move(allowed));
    if (const auto* socket = find_socket(request.path())) {
        request.route = socket->path;
        Response refusal = refuse(Error{errc::upgrade_required});
        refusal.headers.emplace_back("Upgrade", "websocket");
        co_return refusal;
    }
    co_return refuse(Error{errc::not_found});
}

/// Whether a socket may be opened.
Admission judge(Core& core, Request& request)
{
    const SocketEndpoint* endpoint = find_socket(request.path());
    if (endpoint == nullptr) return {.refusal = refuse(Error{errc::not_found})};
    request.route = endpoint->path;
    if (auto refusal = refuse_handshake(request)) return {.refusal = std::move(*refusal)};
    if (auto refusal = refuse_entry(core, endpoint->guard, request))
        return {.refusal = std::move(*refusal)};
    if (auto refusal = endpoint->refuse(core, request)) return {.refusal = std::move(*refusal)};
    return {.serve = endpoint->serve};
}

/// A browser that has been here over https shall never come over plain http again.
void insist_on_https(const Core& core, Response& response)
{
    if (!core.services.access.insist_on_https) return;
    response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

void count(Core& core, const Request& request, unsigned status, TimePoint begun)
{
    core.services.metrics.http_answered(
        request.route.empty() ? "unknown" : request.route, status, Clock::now() - begun);
}

}  // namespace

async::awaitable<Response> answer(Core& core, Request& request)
{
    const auto begun = Clock::now();
    Response response = co_await route(core, request);
    let_page_read(core, request, response);
    insist_on_https(core, response);
    count(core, request, response.status, begun);
    co_return response;
}

Admission admit(Core& core, Request& request)
{
    constexpr unsigned switching_protocols = 101;
    const auto begun = Clock::now();
    Admission admission = judge(core, request);
    count(core,
          request,
          admission.serve == nullptr ? admission.refusal.status : switching_protocols,
          begun);
    return admission;
}

}  // namespace phony::server
