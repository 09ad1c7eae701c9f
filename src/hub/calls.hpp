#pragma once

#include "hub/event_hub.hpp"
#include "hub/held_call.hpp"
#include "hub/reply_slot.hpp"
#include <phony/async/mailbox.hpp>
#include <phony/base/guarded.hpp>
#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/call/input.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace phony::hub {

/// A supervisor's order on its way to a call.
struct Order {
    call::Overridden what;
    ReplySlot::Reply reply;
};

/// A call that goes on in another session, which is then the source of its events.
struct Handover {
    HeldCall call;
    std::unique_ptr<EventHub::Source> events;
};

/// A newer session of the same call asks the older one for it. `to` is the newer one's again once
/// the reply has come.
struct Succession {
    std::shared_ptr<Handover> to;
    ReplySlot::Reply reply;
};

using Orders = async::Mailbox<std::variant<Order, Succession>>;

/// The calls that are active now, by callSid: where cores meet. Any thread may ask; the registry
/// does the sending itself, so that no one holds the mailbox of a call that is over.
///
/// A call whose relay connection broke without a farewell is not active, but what was said in it is
/// held for some seconds: Twilio may come back with it. Later, or in another process, the history
/// still knows it (History::broken_call).
class Calls {
public:
    /// Keeps a call registered; leaving removes only its own entry, which a second `setup` of the
    /// same call may have replaced.
    class Registration {
    public:
        Registration(Registration&& other) noexcept;
        Registration& operator=(Registration&&) = delete;
        ~Registration();

    private:
        friend class Calls;
        Registration(Calls& calls, std::string call_sid, const Orders* mailbox);

        Calls* calls_;
        std::string call_sid_;
        const Orders* mailbox_;
    };

    /// How long a place is kept for a call that was announced and has no socket yet.
    static constexpr Duration place_time = std::chrono::seconds{30};

    /// Within which Twilio opens the socket of a call whose webhook was answered.
    static constexpr Duration arrival_time = std::chrono::seconds{5};

    /// Keeps a place for a call that was announced, if there are fewer than `most` (0: any number)
    /// with those that are active: counted when a call is accepted, not when its socket opens, or
    /// all that are announced at once would pass. A call that has a place keeps it, however often
    /// it is announced; add() takes it over.
    bool keep_place(std::string_view call_sid, std::size_t most, TimePoint now);
    bool has_place(std::string_view call_sid) const;

    /// The same for a call that we place, until it is answered: under a name of our own until the
    /// network gives it one. It has no socket to arrive soon, so that it counts as expected as long
    /// as its place is kept.
    bool keep_place_to_dial(std::string_view name,
                            std::size_t most,
                            TimePoint until,
                            TimePoint now);
    void rename_place(std::string_view name, std::string call_sid, TimePoint until);
    void release_place(std::string_view name);

    /// `mailbox` must outlive the registration. A call without a place is registered as well: it is
    /// on the line.
    [[nodiscard]] Registration add(std::string call_sid, Orders& mailbox);
    /// The same, and the session that had the call until now is told to hand it over. When there is
    /// none, it is answered here: CALL_NOT_FOUND.
    [[nodiscard]] Registration add(std::string call_sid, Orders& mailbox, Succession succession);

    /// Hands an order to the call, which answers it. An order that cannot be delivered is answered
    /// here: CALL_NOT_FOUND, or RATE_LIMITED when the call's mailbox is full.
    void send(std::string_view call_sid, Order order);

    bool contains(std::string_view call_sid) const;
    std::size_t size() const;  ///< active ones, without the places
    /// Those that have no socket and are about to have one: announced a moment ago, or held.
    std::size_t expected(TimePoint now) const;

    static constexpr Duration hold_time = std::chrono::seconds{5};

    void hold(std::string call_sid, HeldCall held, TimePoint now);
    /// How often a held call was resumed before; nothing when it is not held.
    std::optional<int> resumptions_of_held(std::string_view call_sid, TimePoint now) const;
    std::optional<HeldCall> take_held(std::string_view call_sid, TimePoint now);

    /// Twilio is told to open a new relay session for this call, which is held for as long as that
    /// takes.
    void expect_session(std::string call_sid, TimePoint now);
    /// Whether the session that begins is one that was expected, and not one that Twilio has opened
    /// by itself. Once.
    bool take_expected(std::string_view call_sid, TimePoint now);

    /// Called about once a second.
    void forget_expired(TimePoint now);

private:
    struct Expiring {
        HeldCall held;
        TimePoint expires;
    };

    template <typename T>
    using ByCallSid = std::map<std::string, T, std::less<>>;

    struct Place {
        TimePoint until;
        TimePoint arrival;  ///< by then its socket is there, if it comes
    };

    struct Lines {
        ByCallSid<Orders*> active;
        ByCallSid<Place> places;  ///< of no call that is active

        bool keep(std::string_view name, std::size_t most, Place place, TimePoint now);
    };

    Guarded<Lines> lines_;
    Guarded<ByCallSid<Expiring>> held_;
    Guarded<ByCallSid<TimePoint>> sessions_;  ///< expected, until when
};

}  // namespace phony::hub
