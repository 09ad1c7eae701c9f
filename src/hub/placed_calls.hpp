#pragma once

#include "hub/calls.hpp"
#include "hub/event_hub.hpp"
#include <phony/base/guarded.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/call/outbound_call.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace phony::hub {

/// The calls that we place, from the order until their relay connects or it is known that it never
/// will. While they are here they have a place among all calls, and viewers and the history know
/// them: `call_started` when the network has accepted them and when the other side rings, and
/// `call_ended` with the reason when nothing came of them. Once its relay is connected, a call is
/// like any other, and here it is forgotten.
///
/// What the network reports may get lost, come twice, late, or in the wrong order, even before its
/// answer to the order. Nothing stays here for ever: who hears nothing of a call for as long as it
/// may ring, and some more, gives it up (`no_status`).
///
/// An order whose answer is lost, or has not come yet, has no callSid. Its call is known by its
/// numbers when the network reports it, and then has the order's place.
///
/// Any thread.
class PlacedCalls {
public:
    /// `counted` is told what became of each order that was given to the network, once: connected;
    /// busy, no_answer, failed, canceled, machine, not_connected, no_status, shutdown; refused,
    /// unknown. It must be thread-safe.
    using Counted = std::function<void(std::string_view outcome)>;

    /// `calls` and `events` must outlive it.
    PlacedCalls(Calls& calls, EventHub& events, Counted counted);

    /// How long beyond its ringing a call may be without news; the network dials one by one, and
    /// those that wait for their turn ring later.
    static constexpr Duration patience = std::chrono::minutes{1};

    /// An order, from before the network is asked until it has answered. It has a place among the
    /// calls, which it gives back when it comes to nothing.
    class Attempt {
    public:
        Attempt(Attempt&& other) noexcept;
        Attempt& operator=(Attempt&&) = delete;
        ~Attempt();  ///< without an outcome: unknown, or the network was not asked

        /// From now on the network may have the order.
        void asked() { asked_ = true; }

        /// The network calls, and has named the call.
        void accepted(std::string call_sid, TimePoint now);
        void refused();
        /// Somebody may be called: the place is kept as long as that call could ring, unless the
        /// network reports it.
        void unknown();

    private:
        friend class PlacedCalls;
        Attempt(PlacedCalls& calls, call::OutboundCall order, std::string name);

        PlacedCalls* calls_;
        call::OutboundCall order_;
        std::string name_;  ///< of its place
        bool asked_ = false;
    };

    /// Nothing when there are as many calls as there may be (`most`, 0: any number).
    std::optional<Attempt> attempt(call::OutboundCall order, std::size_t most, TimePoint now);

    /// Whom the network says a call connects; E.164.
    struct Parties {
        std::string_view from;
        std::string_view to;
    };

    /// What the network says of a call. Whether it is one of these.
    bool report(std::string_view call_sid,
                const call::LineReport& report,
                TimePoint now,
                Parties parties = {});

    /// The call is ended before its relay comes, for this reason. Whether it is one of these.
    bool end(std::string_view call_sid, std::string_view reason);

    /// Its relay has come, and the call is a source of events of its own.
    void connected(std::string_view call_sid);

    bool contains(std::string_view call_sid) const;
    std::size_t size() const;  ///< those that the network has accepted

    /// Called about once a second.
    void give_up_silent(TimePoint now);
    /// The process ends.
    void end_all(std::string_view reason);

private:
    struct Call {
        call::OutboundCall order;
        std::unique_ptr<EventHub::Source> events;
        call::LineState state = call::LineState::dialing;
        TimePoint expires;     ///< unless there is news of it
        bool counted = false;  ///< as an order whose outcome was unknown
    };

    /// An order that the network has not named a call for.
    struct Nameless {
        std::string from;
        std::string to;
        TimePoint until;         ///< of its place
        std::string call_sid;    ///< that has its place already, because of a report
        bool connected = false;  ///< and that call's relay has come
        std::optional<call::OutboundCall> lost;  ///< it never will: its answer got lost
    };

    template <typename T>
    using ByCallSid = std::map<std::string, T, std::less<>>;

    struct Known {
        ByCallSid<Call> calls;
        /// Reports that overtook the answer to the order; only while one is awaited.
        ByCallSid<call::LineReport> early;
        std::map<std::string, Nameless, std::less<>> nameless;  ///< by the name of their place
        std::size_t awaited = 0;
        std::uint64_t attempts = 0;
    };

    void accept(Known& known,
                call::OutboundCall order,
                std::string call_sid,
                TimePoint expires,
                bool counted = false);
    void lose(Known& known, const std::string& name, call::OutboundCall order);
    void recognise(Known& known,
                   std::string_view call_sid,
                   const call::LineReport& report,
                   Parties parties);
    void answered(Known& known);
    void tell(Call& call, call::Progress progress);
    void finish(Known& known, ByCallSid<Call>::iterator call, std::string_view reason);

    Calls& calls_;
    EventHub& events_;
    Counted counted_;
    Guarded<Known> known_;
};

}  // namespace phony::hub
