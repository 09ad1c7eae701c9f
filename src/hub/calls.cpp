#include "hub/calls.hpp"

#include <algorithm>
#include <utility>

namespace phony::hub {

Calls::Registration::Registration(Calls& calls, std::string call_sid, const Orders* mailbox)
    : calls_{&calls}, call_sid_{std::move(call_sid)}, mailbox_{mailbox}
{
}

Calls::Registration::Registration(Registration&& other) noexcept
    : calls_{std::exchange(other.calls_, nullptr)},
      call_sid_{std::move(other.call_sid_)},
      mailbox_{other.mailbox_}
{
}

Calls::Registration::~Registration()
{
    if (calls_ == nullptr) return;
    calls_->lines_.with([this](Lines& lines) {
        const auto entry = lines.active.find(call_sid_);
        if (entry != lines.active.end() && entry->second == mailbox_) lines.active.erase(entry);
    });
}

bool Calls::Lines::keep(std::string_view name, std::size_t most, Place place, TimePoint now)
{
    if (active.contains(name)) return true;
    std::erase_if(places, [now](const auto& kept) { return kept.second.until <= now; });
    const auto kept = places.find(name);
    if (kept != places.end()) {
        kept->second = place;
        return true;
    }
    if (most != 0 && active.size() + places.size() >= most) return false;
    places.emplace(name, place);
    return true;
}

bool Calls::keep_place(std::string_view call_sid, std::size_t most, TimePoint now)
{
    const Place place{now + place_time, now + arrival_time};
    return lines_.with([&](Lines& lines) { return lines.keep(call_sid, most, place, now); });
}

bool Calls::keep_place_to_dial(std::string_view name,
                               std::size_t most,
                               TimePoint until,
                               TimePoint now)
{
    const Place place{until, until};
    return lines_.with([&](Lines& lines) { return lines.keep(name, most, place, now); });
}

void Calls::rename_place(std::string_view name, std::string call_sid, TimePoint until)
{
    lines_.with([&](Lines& lines) {
        const auto place = lines.places.find(name);
        if (place != lines.places.end()) lines.places.erase(place);
        // It may have been answered already.
        if (!lines.active.contains(call_sid))
            lines.places.try_emplace(std::move(call_sid), Place{until, until});
    });
}

void Calls::release_place(std::string_view name)
{
    lines_.with([name](Lines& lines) {
        const auto place = lines.places.find(name);
        if (place != lines.places.end()) lines.places.erase(place);
    });
}

bool Calls::has_place(std::string_view call_sid) const
{
    return lines_.with([&](const Lines& lines) { return lines.places.contains(call_sid); });
}

Calls::Registration Calls::add(std::string call_sid, Orders& mailbox)
{
    lines_.with([&](Lines& lines) {
        lines.active.insert_or_assign(call_sid, &mailbox);
        lines.places.erase(call_sid);
    });
    return Registration{*this, std::move(call_sid), &mailbox};
}

Calls::Registration Calls::add(std::string call_sid, Orders& mailbox, Succession succession)
{
    // What is not delivered answers as it is destroyed, without the lock.
    std::variant<Order, Succession> message{std::move(succession)};
    lines_.with([&](Lines& lines) {
        const auto entry = lines.active.find(call_sid);
        if (entry != lines.active.end()) entry->second->try_send(std::move(message));
        lines.active.insert_or_assign(call_sid, &mailbox);
        lines.places.erase(call_sid);
    });
    return Registration{*this, std::move(call_sid), &mailbox};
}

void Calls::send(std::string_view call_sid, Order order)
{
    std::variant<Order, Succession> message{std::move(order)};
    const auto delivery = lines_.with([&](Lines& lines) {
        const auto entry = lines.active.find(call_sid);
        return entry == lines.active.end() ? async::Delivery::closed
                                           : entry->second->try_send(std::move(message));
    });
    // An order that was delivered has been moved from, and answers nothing here.
    if (delivery == async::Delivery::full)
        std::get<Order>(message).reply.send(Error{errc::rate_limited});
}

bool Calls::contains(std::string_view call_sid) const
{
    return lines_.with([&](const Lines& lines) { return lines.active.contains(call_sid); });
}

std::size_t Calls::size() const
{
    return lines_.with([](const Lines& lines) { return lines.active.size(); });
}

std::size_t Calls::expected(TimePoint now) const
{
    const auto arriving = lines_.with([now](const Lines& lines) {
        return std::ranges::count_if(
            lines.places, [now](const auto& place) { return place.second.arrival > now; });
    });
    const auto held = held_.with([now](const auto& calls) {
        return std::ranges::count_if(
            calls, [now](const auto& entry) { return entry.second.expires > now; });
    });
    return static_cast<std::size_t>(arriving + held);
}

void Calls::hold(std::string call_sid, HeldCall held, TimePoint now)
{
    held_.with([&](auto& calls) {
        calls.insert_or_assign(std::move(call_sid), Expiring{std::move(held), now + hold_time});
    });
}

std::optional<int> Calls::resumptions_of_held(std::string_view call_sid, TimePoint now) const
{
    return held_.with([&](const auto& calls) -> std::optional<int> {
        const auto entry = calls.find(call_sid);
        if (entry == calls.end() || entry->second.expires <= now) return std::nullopt;
        return entry->second.held.resumed;
    });
}

std::optional<HeldCall> Calls::take_held(std::string_view call_sid, TimePoint now)
{
    return held_.with([&](auto& calls) -> std::optional<HeldCall> {
        const auto entry = calls.find(call_sid);
        if (entry == calls.end()) return std::nullopt;
        auto expiring = std::move(entry->second);
        calls.erase(entry);
        if (expiring.expires <= now) return std::nullopt;
        return std::move(expiring.held);
    });
}

void Calls::expect_session(std::string call_sid, TimePoint now)
{
    held_.with([&](auto& calls) {
        const auto entry = calls.find(call_sid);
        if (entry != calls.end()) entry->second.expires = now + hold_time;
    });
    sessions_.with(
        [&](auto& sessions) { sessions.insert_or_assign(std::move(call_sid), now + place_time); });
}

bool Calls::take_expected(std::string_view call_sid, TimePoint now)
{
    return sessions_.with([&](auto& sessions) {
        const auto entry = sessions.find(call_sid);
        if (entry == sessions.end()) return false;
        const bool in_time = entry->second > now;
        sessions.erase(entry);
        return in_time;
    });
}

void Calls::forget_expired(TimePoint now)
{
    held_.with([now](auto& calls) {
        std::erase_if(calls, [now](const auto& entry) { return entry.second.expires <= now; });
    });
    sessions_.with([now](auto& sessions) {
        std::erase_if(sessions, [now](const auto& entry) { return entry.second <= now; });
    });
}

}  // namespace phony::hub
