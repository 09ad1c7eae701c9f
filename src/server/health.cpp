#include "server/endpoints.hpp"
#include "server/services.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <string>

namespace phony::server {

namespace tree = boost::json;

namespace {

async::awaitable<std::string> serialise(metrics::Metrics& metrics)
{
    co_return metrics.serialise();
}

}  // namespace

/// Whether the process does its work: its event loops turn. What it depends on belongs to /readyz.
async::awaitable<Response> healthz(Core& core, const Request&)
{
    const Services& services = core.services;
    const bool healthy = services.event_loops_tick();
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::steady_clock::now() - services.started);
    tree::object body{{"status", healthy ? "ok" : "unhealthy"},
                      {"uptime", uptime.count()},
                      {"activeCalls", services.calls.size()}};
    if (services.simulated_model) body["model"] = "simulated";
    Response response = json(tree::serialize(body));
    response.status = healthy ? 200 : 503;
    co_return response;
}

/// Whether new calls should be sent here. A history that cannot be written is told of, and no
/// reason to turn calls away: they go on without it.
async::awaitable<Response> readyz(Core& core, const Request&)
{
    const Services& services = core.services;
    const bool draining = services.draining;
    const bool reachable = services.model_reachable();
    const bool ready = !draining && reachable;
    Response response =
        json(tree::serialize(tree::object{{"status", ready ? "ready" : "not_ready"},
                                          {"draining", draining},
                                          {"modelReachable", reachable},
                                          {"historyWritable", services.history.writable()}}));
    response.status = ready ? 200 : 503;
    co_return response;
}

/// Some milliseconds' work, which no call should have to wait for.
async::awaitable<Response> scrape(Core& core, const Request&)
{
    Services& services = core.services;
    Response response = plain_text(co_await services.worker.run(serialise(services.metrics)));
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_return response;
}

}  // namespace phony::server
