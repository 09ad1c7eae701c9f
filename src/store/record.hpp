#pragma once

#include "hub/history.hpp"
#include "hub/reply_slot.hpp"
#include <phony/base/call_clock.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/base/trace_context.hpp>
#include <phony/call/event.hpp>
#include <phony/call/memory.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace phony::store {

/// An event on its way to the disk.
struct EventRecord {
    std::string call_sid;
    std::uint64_t seq = 0;
    WallTime at;
    CallClock clock;  ///< which `at` was read from
    call::Event event;
};

/// A supervisor's attempt on its way to the disk; whoever waits for it is told when it is there.
struct AuditRecord {
    hub::OverrideAudit audit;
    std::optional<hub::ReplySlot::Reply> committed;
};

/// What a call has to be gone on with, on its way to the disk.
struct MemoryRecord {
    std::string call_sid;
    std::variant<call::RememberedLine, TraceContext> what;
};

using Record = std::variant<EventRecord, AuditRecord, MemoryRecord>;

/// Whether the history keeps events of this kind. Live words are shown, not kept: the reply
/// follows.
bool is_kept(const call::Event& event);

/// The call that it tells of.
const std::string& call_sid_of(const Record& record);

/// About how much memory a record takes while it waits.
std::size_t weight_of(const Record& record);

}  // namespace phony::store
