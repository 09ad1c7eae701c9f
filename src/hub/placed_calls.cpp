#include "hub/placed_calls.hpp"

#include <phony/call/event.hpp>

#include <utility>

namespace phony::hub {
namespace {

using call::LineState;

/// Of calls that are not ours nobody needs to remember more.
constexpr std::size_t most_early = 1000;

/// From the answer on the network may listen who it was, and then asks what to do.
constexpr Duration connecting = Calls::place_time;

Duration ringing_of(const call::OutboundCall& order)
{
    return std::chrono::seconds{order.ring_seconds} + PlacedCalls::patience;
}

Duration after(LineState state, const call::OutboundCall& order)
{
    if (state != LineState::answered) return ringing_of(order);
    const bool listens = order.detection != call::OutboundCall::Detection::off;
    return connecting + std::chrono::seconds{listens ? order.detection_seconds : 0};
}

}  // namespace

// ── an attempt ──

PlacedCalls::Attempt::Attempt(PlacedCalls& calls, call::OutboundCall order, std::string name)
    : calls_{&calls}, order_{std::move(order)}, name_{std::move(name)}
{
}

PlacedCalls::Attempt::Attempt(Attempt&& other) noexcept
    : calls_{std::exchange(other.calls_, nullptr)},
      order_{std::move(other.order_)},
      name_{std::move(other.name_)},
      asked_{other.asked_}
{
}

PlacedCalls::Attempt::~Attempt()
{
    if (calls_ == nullptr) return;
    if (asked_) {
        unknown();
        return;
    }
    calls_->calls_.release_place(name_);
    calls_->known_.with([this](Known& known) {
        known.nameless.erase(name_);
        calls_->answered(known);
    });
}

void PlacedCalls::Attempt::accepted(std::string call_sid, TimePoint now)
{
    PlacedCalls* const calls = std::exchange(calls_, nullptr);
    if (calls == nullptr) return;
    calls->known_.with([&](Known& known) {
        const auto nameless = known.nameless.extract(name_);
        const bool was_reported = !nameless.empty() && nameless.mapped().call_sid == call_sid;
        if (was_reported && nameless.mapped().connected) {  // and may be over by now
            calls->counted_("connected");
        } else {
            const TimePoint expires = now + ringing_of(order_);
            calls->calls_.rename_place(name_, call_sid, expires);
            calls->accept(known, std::move(order_), std::move(call_sid), expires);
        }
        calls->answered(known);
    });
}

void PlacedCalls::Attempt::refused()
{
    PlacedCalls* const calls = std::exchange(calls_, nullptr);
    if (calls == nullptr) return;
    calls->calls_.release_place(name_);
    calls->known_.with([&](Known& known) {
        known.nameless.erase(name_);
        calls->answered(known);
    });
    calls->counted_("refused");
}

void PlacedCalls::Attempt::unknown()
{
    PlacedCalls* const calls = std::exchange(calls_, nullptr);
    if (calls == nullptr) return;
    calls->known_.with([&](Known& known) {
        calls->lose(known, name_, std::move(order_));
        calls->answered(known);
    });
    calls->counted_("unknown");
}

// ── all of them ──

PlacedCalls::PlacedCalls(Calls& calls, EventHub& events, Counted counted)
    : calls_{calls}, events_{events}, counted_{std::move(counted)}
{
}

std::optional<PlacedCalls::Attempt> PlacedCalls::attempt(call::OutboundCall order,
                                                         std::size_t most,
                                                         TimePoint now)
{
    // No callSid holds a space.
    std::string name =
        known_.with([](Known& known) { return "attempt " + std::to_string(++known.attempts); });
    const TimePoint until = now + ringing_of(order);
    if (!calls_.keep_place_to_dial(name, most, until, now)) return std::nullopt;
    known_.with([&](Known& known) {
        known.nameless.emplace(
            name,
            Nameless{.from = order.from, .to = order.to, .until = until, .call_sid{}, .lost{}});
        ++known.awaited;
    });
    return Attempt{*this, std::move(order), std::move(name)};
}

void PlacedCalls::answered(Known& known)
{
    if (--known.awaited == 0) known.early.clear();
}

void PlacedCalls::accept(
    Known& known, call::OutboundCall order, std::string call_sid, TimePoint expires, bool counted)
{
    if (known.calls.contains(call_sid)) return;
    // Its relay was quicker than the answer; see connected(), which comes after it.
    if (calls_.contains(call_sid)) {
        if (!counted) counted_("connected");
        return;
    }

    const auto call =
        known.calls
            .emplace(call_sid,
                     Call{.order = std::move(order),
                          .events = std::make_unique<EventHub::Source>(events_, call_sid),
                          .expires = expires,
                          .counted = counted})
            .first;
    tell(call->second, call::Progress::dialing);
    const auto early = known.early.find(call_sid);
    if (early == known.early.end()) return;
    const call::LineReport overtook = early->second;
    known.early.erase(early);
    if (overtook.state == LineState::over) return finish(known, call, overtook.reason);
    call->second.state = overtook.state;
    if (overtook.state != LineState::dialing) tell(call->second, call::Progress::ringing);
}

void PlacedCalls::lose(Known& known, const std::string& name, call::OutboundCall order)
{
    const auto nameless = known.nameless.find(name);
    if (nameless == known.nameless.end()) return;
    if (nameless->second.call_sid.empty()) {
        nameless->second.lost = std::move(order);
        return;
    }
    const Nameless reported = std::move(nameless->second);
    known.nameless.erase(nameless);
    if (reported.connected) return;
    accept(known, std::move(order), reported.call_sid, reported.until, true);
}

/// A call that nobody has named may be one whose order is here without a name.
void PlacedCalls::recognise(Known& known,
                            std::string_view call_sid,
                            const call::LineReport& report,
                            Parties parties)
{
    // What is over may be the end of a call that was talked to, and was forgotten here.
    if (report.state == LineState::over || calls_.contains(call_sid)) return;
    auto found = known.nameless.end();
    for (auto here = known.nameless.begin(); here != known.nameless.end(); ++here) {
        const Nameless& order = here->second;
        if (order.call_sid == call_sid) return;
        const bool alike = order.from == parties.from && order.to == parties.to;
        if (!alike || !order.call_sid.empty()) continue;
        if (found == known.nameless.end() || order.lost) found = here;
    }
    if (found == known.nameless.end()) return;
    calls_.rename_place(found->first, std::string{call_sid}, found->second.until);
    found->second.call_sid = call_sid;
    auto& lost = found->second.lost;
    if (!lost) return;
    call::OutboundCall order = std::move(*lost);
    const TimePoint until = found->second.until;
    known.nameless.erase(found);
    accept(known, std::move(order), std::string{call_sid}, until, true);
}

bool PlacedCalls::report(std::string_view call_sid,
                         const call::LineReport& report,
                         TimePoint now,
                         Parties parties)
{
    return known_.with([&](Known& known) {
        if (!known.calls.contains(call_sid)) recognise(known, call_sid, report, parties);
        const auto call = known.calls.find(call_sid);
        if (call == known.calls.end()) {
            if (known.awaited == 0 || known.early.size() >= most_early) return false;
            auto& early = known.early.try_emplace(std::string{call_sid}).first->second;
            if (report.state > early.state) early = report;
            return false;
        }
        if (report.state == LineState::over) {
            finish(known, call, report.reason);
            return true;
        }
        if (report.state < call->second.state) return true;  // an older one, come late
        const bool rings = report.state == LineState::ringing &&
                           call->second.state == LineState::dialing;
        call->second.state = report.state;
        call->second.expires = now + after(report.state, call->second.order);
        calls_.rename_place(call_sid, std::string{call_sid}, call->second.expires);
        if (rings) tell(call->second, call::Progress::ringing);
        return true;
    });
}

bool PlacedCalls::end(std::string_view call_sid, std::string_view reason)
{
    return known_.with([&](Known& known) {
        const auto call = known.calls.find(call_sid);
        if (call == known.calls.end()) return false;
        finish(known, call, reason);
        return true;
    });
}

void PlacedCalls::connected(std::string_view call_sid)
{
    known_.with([&](Known& known) {
        for (auto& [name, order] : known.nameless)
            if (order.call_sid == call_sid) order.connected = true;
        const auto call = known.calls.find(call_sid);
        if (call == known.calls.end()) return;
        if (!call->second.counted) counted_("connected");
        known.calls.erase(call);
    });
}

bool PlacedCalls::contains(std::string_view call_sid) const
{
    return known_.with([&](const Known& known) { return known.calls.contains(call_sid); });
}

std::size_t PlacedCalls::size() const
{
    return known_.with([](const Known& known) { return known.calls.size(); });
}

void PlacedCalls::give_up_silent(TimePoint now)
{
    known_.with([&](Known& known) {
        std::erase_if(known.nameless, [now](const auto& order) {
            return order.second.lost && order.second.until <= now;
        });
        for (auto call = known.calls.begin(); call != known.calls.end();) {
            const auto here = call++;
            if (here->second.expires <= now) finish(known, here, "no_status");
        }
    });
}

void PlacedCalls::end_all(std::string_view reason)
{
    known_.with([&](Known& known) {
        while (!known.calls.empty()) finish(known, known.calls.begin(), reason);
    });
}

void PlacedCalls::tell(Call& call, call::Progress progress)
{
    call.events->publish(call::CallStarted{.from = call.order.from,
                                           .to = call.order.to,
                                           .direction = "outbound-api",
                                           .progress = progress});
}

void PlacedCalls::finish(Known& known, ByCallSid<Call>::iterator call, std::string_view reason)
{
    call->second.events->publish(
        call::CallEnded{.reason = std::string{reason}, .metrics = {}, .connected = false});
    calls_.release_place(call->first);
    if (!call->second.counted) counted_(reason);
    known.calls.erase(call);
}

}  // namespace phony::hub
