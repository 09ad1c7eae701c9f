#pragma once

#include "server/http_message.hpp"
#include "server/web_socket.hpp"
#include <phony/async/awaitable.hpp>

#include <string_view>

namespace phony::server {

struct Core;

/// The table of endpoints: what is answered where, and to whom. Unknown paths get 404, known ones
/// with another method 405, in the reference's error shape. An endpoint finds in the request which
/// supervisor asks and the {callSid} of its path, which is one.
async::awaitable<Response> answer(Core& core, Request& request);

/// A WebSocket that may be opened: who serves it.
using SocketHandler = async::awaitable<void> (*)(Core& core, WebSocket socket, Request request);

/// Whether this upgrade is allowed: its handler, or none and the refusal.
struct Admission {
    SocketHandler serve = nullptr;
    Response refusal;
};
Admission admit(Core& core, Request& request);

}  // namespace phony::server
