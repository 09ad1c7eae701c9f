#pragma once

#include "hub/held_call.hpp"
#include <phony/api/call_state.hpp>
#include <phony/api/event_json.hpp>
#include <phony/api/history_query.hpp>
#include <phony/async/awaitable.hpp>
#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/base/trace_context.hpp>
#include <phony/call/event.hpp>
#include <phony/call/memory.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace phony::hub {

/// A supervisor's attempt to step into a call, or to place one: who, when, from where, what, and
/// what came of it.
struct OverrideAudit {
    std::string call_sid;
    WallTime at;
    std::string supervisor;
    std::string peer;     ///< the address the request came from
    std::string action;   ///< text, dtmf, end, transfer, clarification, place_call
    std::string value;    ///< empty where an action has none
    std::string outcome;  ///< "accepted", or the CODE that it was answered with
    std::string reason;   ///< of a refusal that has one
};

/// What remains of calls. Whoever records never waits for the disk, and a disk that fails is no
/// failure of a call. Any thread.
class History {
public:
    virtual ~History() = default;
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    virtual void record(const api::EventStamp& stamp, const call::Event& event) = 0;

    // What a call has to be gone on with, should its socket break, or this process. Both follow the
    // call's `call_started`.
    virtual void remember(std::string_view call_sid, call::RememberedLine line) = 0;
    virtual void remember(std::string_view call_sid, const TraceContext& trace) = 0;

    /// A call to be gone on with, which broke off at most `resumable_for` ago, in this process or
    /// in another, gone or not. One that had come to its end, of which the relay was told, is found
    /// without its `past`: its `parting` matters when the relay has failed, and else it is over.
    /// Nothing when there is none, or the history cannot be read within seconds.
    virtual async::awaitable<std::optional<HeldCall>> broken_call(std::string call_sid) = 0;

    /// Completes when the row is on the disk, or after `limit`, whichever comes first: it is
    /// written in either case.
    virtual async::awaitable<void> audit(OverrideAudit audit, Duration limit) = 0;

    /// Whether what is recorded gets to the disk. Until it does again, it waits.
    virtual bool writable() const = 0;

    // Both answer the JSON that a client is sent. It is put together where the database is read: a
    // page of history is hundreds of kilobytes, which no call should have to wait for.

    /// Everything that is known of a call, as api::call_json tells it. `live`: its state, if it is
    /// on the line. Errors: call_not_found; rate_limited when too many ask at once; internal_error
    /// when the history cannot be read, which it is in time.
    virtual async::awaitable<Result<std::string>> call(std::string call_sid,
                                                       std::optional<api::CallState> live) = 0;

    /// A page of past calls, as api::history_json tells it. Errors: rate_limited, internal_error.
    virtual async::awaitable<Result<std::string>> search(api::HistoryQuery query) = 0;

protected:
    History() = default;
};

}  // namespace phony::hub
