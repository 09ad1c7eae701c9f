#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>

namespace phony::server {

/// How long a peer may take before its connection is given up. Not settings: nobody has a reason to
/// change them but tests, which have no time.
struct Limits {
    Duration tls_handshake = std::chrono::seconds{10};
    /// From a request's first byte, or for the first one from the connection's start, to the end of
    /// its header; and from there to the end of its body.
    Duration request_header = std::chrono::seconds{10};
    Duration request_body = std::chrono::seconds{10};
    /// From a response to the first byte of the next request.
    Duration idle = std::chrono::seconds{30};
    /// To take what we write, and to answer the farewell of a WebSocket. Frames of a relay are
    /// looked after once a second.
    Duration write = std::chrono::seconds{10};
    /// From the upgrade to the relay's first frame, or the first message of a viewer whose URL
    /// names no call.
    Duration first_frame = std::chrono::seconds{10};
    /// Between the pings of the JSON heartbeat: to viewers of events, and on the reference dialect.
    Duration viewer_ping = std::chrono::seconds{30};
    /// Without a frame from the other end, a WebSocket's pong included.
    Duration viewer_silence = std::chrono::seconds{60};
    /// Of a clause that is synthesised: from the request to the first audio, and between its parts.
    Duration first_audio = std::chrono::seconds{4};
    Duration audio_gap = std::chrono::seconds{4};
};

}  // namespace phony::server
