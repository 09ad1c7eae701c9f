#include "server/endpoints.hpp"
#include "server/services.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace phony::server {

async::awaitable<Response> simulate_call(Core& core, const Request& request)
{
    const auto wanted = api::parse_simulate_request(request.body);
    if (!wanted) co_return refuse(wanted.error());
    const auto call_sid = core.services.simulate(*wanted);
    if (!call_sid) co_return refuse(call_sid.error());
    co_return json(boost::json::serialize(boost::json::object{
        {"status", "success"}, {"message", "Simulated call started"}, {"callSid", *call_sid}}));
}

}  // namespace phony::server
