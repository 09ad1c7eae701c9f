#pragma once

#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::server {

/// A request as the endpoints see it. Names of headers are compared without regard to case.
struct Request {
    std::string method;
    std::string target;  ///< path and query as received, undecoded: signatures cover it
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string peer;  ///< the client's address

    // What the router found out.
    std::string_view route;  ///< the endpoint's path in our table, with {callSid}; or empty
    std::string supervisor;  ///< who asks; empty where everyone may
    std::string call_sid;    ///< the path's {callSid}; empty where it has none

    std::string_view path() const;
    std::string_view query() const;

    bool has(std::string_view name) const;

    /// The header's value; empty when it is missing or there is more than one.
    std::string_view only(std::string_view name) const;

    /// The values of a header that may come in several lines, as one list; empty when it is
    /// missing.
    std::string joined(std::string_view name) const;

    /// A query parameter, decoded; empty when it is missing.
    std::string parameter(std::string_view name) const;
};

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

Response json(std::string body);
Response twiml(std::string document);
Response plain_text(std::string body);

/// The reference's error shape, with the status of the one table.
Response refuse(const Error& error,
                std::initializer_list<std::pair<std::string_view, std::string_view>> details = {});

/// RATE_LIMITED, and when to come back: in whole seconds, rounded up.
Response refuse_haste(Duration wait, std::string why);

}  // namespace phony::server
