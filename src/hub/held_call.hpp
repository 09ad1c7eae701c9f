#pragma once

#include <phony/api/call_state.hpp>
#include <phony/base/trace_context.hpp>
#include <phony/call/memory.hpp>

#include <chrono>
#include <optional>

namespace phony::hub {

/// A call between two relay sessions: what the next one needs to go on with it.
struct HeldCall {
    call::Memory memory;
    int resumed = 0;       ///< how often it was resumed before
    TraceContext trace{};  ///< which a resumed call goes on in
    /// Of one that comes out of the history: what the event hub may know nothing of.
    std::optional<api::CallState> past{};
};

/// A call whose relay socket keeps breaking is let go after so many new ones.
inline constexpr int most_resumptions = 3;

/// Of a call that gave no sign of life for longer, Twilio knows nothing any more: it asks what to
/// do next about a second after a socket broke.
inline constexpr std::chrono::minutes resumable_for{2};

}  // namespace phony::hub
