#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>

namespace phony::server {

/// How long a peer may take before its connection is given up. Not settings: nobody has a reason to
/// change them but tests, which have no time.
struct Limits {
    Duration tls_handshake = std::chrono::seconds{10};
    /// From the connection's start, or the last response, to the last byte of the next request: so
    /// long an idle connection is kept, too.
    Duration request = std::chrono::seconds{30};
    /// To take what we write. Frames of a relay are looked after once a second.
    Duration write = std::chrono::seconds{10};
    /// From the upgrade to the relay's first frame, or the first message of a viewer whose URL
    /// names no call.
    Duration first_frame = std::chrono::seconds{10};
    /// Between the pings that a viewer of events is sent.
    Duration viewer_ping = std::chrono::seconds{30};
    /// Without a frame from a viewer, a WebSocket's pong included.
    Duration viewer_silence = std::chrono::seconds{60};
};

}  // namespace phony::server
