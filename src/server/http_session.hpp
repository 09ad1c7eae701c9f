#pragma once

#include "server/places.hpp"
#include <phony/async/awaitable.hpp>

#include <string>

namespace phony::server {

struct Core;

/// One connection from its first byte to its last: TLS if configured, HTTP requests one after the
/// other, and perhaps an upgrade to a WebSocket. Bad input gets an answer that says what is wrong.
/// Spawned once for each connection, on the core it belongs to, which it leaves its place with.
/// `peer`: the address at its other end.
async::awaitable<void> serve_connection(Core& core,
                                        async::Socket socket,
                                        std::string peer,
                                        Places::Place place);

}  // namespace phony::server
