#include "server/router.hpp"

#include "server/endpoints.hpp"
#include "server/services.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace phony::server {
namespace {

struct Endpoint {
    std::string_view method;
    std::string_view path;
    async::awaitable<Response> (*answer)(Core& core, const Request& request);
};

constexpr std::array endpoints{
    Endpoint{"POST", "/start_call", start_call},
    Endpoint{"POST", "/receive_call", receive_call},
    Endpoint{"POST", "/relay/action", relay_action},
    Endpoint{"POST", "/override/text", override_text},
    Endpoint{"POST", "/override/dtmf", override_dtmf},
    Endpoint{"POST", "/override/end", override_end},
    Endpoint{"POST", "/override/transfer", override_transfer},
    Endpoint{"POST", "/override/clarification", override_clarification},
    Endpoint{"GET", "/healthz", healthz},
    Endpoint{"GET", "/readyz", readyz},
    Endpoint{"GET", "/metrics", scrape},
    Endpoint{"POST", "/test/simulate_call", simulate_call},
};

struct SocketEndpoint {
    std::string_view path;
    std::optional<Response> (*refuse)(Core& core, const Request& request);
    SocketHandler serve;
};

constexpr std::array socket_endpoints{
    SocketEndpoint{"/relay/ws", refuse_relay, serve_relay},
};

const SocketEndpoint* find_socket(std::string_view path)
{
    const auto* found = std::ranges::find(socket_endpoints, path, &SocketEndpoint::path);
    return found == socket_endpoints.end() ? nullptr : found;
}

/// HEAD is answered like GET, without the body.
bool answers(const Endpoint& endpoint, std::string_view method)
{
    return endpoint.method == method || (endpoint.method == "GET" && method == "HEAD");
}

}  // namespace

async::awaitable<Response> answer(Core& core, const Request& request)
{
    const std::string_view path = request.path();
    // Simulated calls exist in development only; elsewhere nothing says that they could.
    const bool hidden = path == "/test/simulate_call" && !core.services.simulate;

    std::string_view other_method;
    for (const Endpoint& endpoint : endpoints) {
        if (endpoint.path != path || hidden) continue;
        if (answers(endpoint, request.method)) co_return co_await endpoint.answer(core, request);
        other_method = endpoint.method;
    }
    if (!other_method.empty()) {
        Response refusal = refuse(Error{errc::method_not_allowed}, {{"allow", other_method}});
        refusal.headers.emplace_back("Allow", other_method);
        co_return refusal;
    }
    if (find_socket(path) != nullptr) {
        Response refusal = refuse(Error{errc::upgrade_required});
        refusal.headers.emplace_back("Upgrade", "websocket");
        co_return refusal;
    }
    co_return refuse(Error{errc::not_found});
}

Admission admit(Core& core, const Request& request)
{
    const SocketEndpoint* endpoint = find_socket(request.path());
    if (endpoint == nullptr) return {.refusal = refuse(Error{errc::not_found})};
    if (auto refusal = endpoint->refuse(core, request)) return {.refusal = std::move(*refusal)};
    return {.serve = endpoint->serve};
}

}  // namespace phony::server
