#include <phony/api/override_request.hpp>

#include <phony/api/call_sid.hpp>
#include <phony/api/error.hpp>
#include <phony/api/simulate_request.hpp>
#include <phony/call/override.hpp>

#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace phony::api;

/// An order that was accepted is of the kind asked for and names a usable call; a refusal is an
/// error body of the reference's shape.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    for (const auto action : {OverrideAction::text,
                              OverrideAction::dtmf,
                              OverrideAction::end,
                              OverrideAction::transfer,
                              OverrideAction::clarification}) {
        const auto request = parse_override(action, body);
        if (request) {
            if (request->order.index() != static_cast<std::size_t>(action)) std::abort();
            if (!is_call_sid(request->call_sid)) std::abort();
            if (phony::call::value_of(request->order).size() > longest_override_text) std::abort();
            (void)boost::json::parse(override_success_body(request->order));
        } else {
            const auto refusal = boost::json::parse(error_body(request.error()));
            if (refusal.at("error").at("code") != "INVALID_REQUEST") std::abort();
        }
    }
    const auto simulation = parse_simulate_request(body);
    if (simulation && !(simulation->speed >= 0.1 && simulation->speed <= 1000)) std::abort();
    return 0;
}
