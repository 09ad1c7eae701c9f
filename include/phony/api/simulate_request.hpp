#pragma once

#include <phony/base/result.hpp>

#include <string>
#include <string_view>

namespace phony::api {

/// The body of POST /test/simulate_call.
///
///     {"from":"+15551234567","to":"+18578167225","scenario":"customer_service","speed":10}
struct SimulateRequest {
    enum class Dialect { conversation_relay, reference };

    std::string from;  ///< E.164
    std::string to;    ///< E.164
    std::string scenario;
    std::string call_sid;  ///< empty: one is made up
    Dialect dialect = Dialect::conversation_relay;
    double speed = 1;  ///< times human pace, 0.1 to 1000
};

/// Errors (invalid_request, with the field). Whether the scenario exists is for whoever has them.
Result<SimulateRequest> parse_simulate_request(std::string_view body);

}  // namespace phony::api
