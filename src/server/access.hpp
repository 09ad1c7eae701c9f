#pragma once

#include "server/http_message.hpp"
#include "server/supervisors.hpp"

#include <optional>
#include <string_view>

namespace phony::server {

struct Core;

/// Who may use an endpoint.
enum class Guard {
    open,         ///< everyone
    twilio,       ///< Twilio: the endpoint checks the signature itself, which covers its form
    scrapers,     ///< whoever shows the metrics token, once there is one
    pages,        ///< everyone but the web pages of strangers: signing in
    supervisors,  ///< whoever shows a supervisor's token or session, once there are supervisors
};

/// Why this request may not pass; nothing when it may, and then the request knows its supervisor.
/// Checked in this order: where it comes from (403), who sends it (401), how often (429).
std::optional<Response> refuse_entry(Core& core, Guard guard, Request& request);

/// A page of another site may read the response if that site is listed; OPTIONS tells it which
/// requests it may send.
void let_page_read(const Core& core, const Request& request, Response& response);

/// What the request shows; borrowed from it.
Credentials credentials_of(const Core& core, const Request& request);

/// The name of the cookie that keeps a supervisor signed in. Behind https a browser takes it from
/// this very host only, and never over plain http.
std::string_view session_cookie(const Core& core);

}  // namespace phony::server
