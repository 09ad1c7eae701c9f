#include "hub/calls.hpp"

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
    calls_->active_.with([this](auto& active) {
        const auto entry = active.find(call_sid_);
        if (entry != active.end() && entry->second == mailbox_) active.erase(entry);
    });
}

Calls::Registration Calls::add(std::string call_sid, Orders& mailbox)
{
    active_.with([&](auto& active) { active.insert_or_assign(call_sid, &mailbox); });
    return Registration{*this, std::move(call_sid), &mailbox};
}

void Calls::send(std::string_view call_sid, Order order)
{
    const auto delivery = active_.with([&](auto& active) {
        const auto entry = active.find(call_sid);
        return entry == active.end() ? async::Delivery::closed
                                     : entry->second->try_send(std::move(order));
    });
    // An order that was delivered has been moved from, and answers nothing here.
    if (delivery == async::Delivery::full) order.reply.send(Error{errc::rate_limited});
}

bool Calls::contains(std::string_view call_sid) const
{
    return active_.with([&](const auto& active) { return active.contains(call_sid); });
}

std::size_t Calls::size() const
{
    return active_.with([](const auto& active) { return active.size(); });
}

void Calls::hold(std::string call_sid, Held held, TimePoint now)
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

std::optional<Calls::Held> Calls::take_held(std::string_view call_sid, TimePoint now)
{
    return held_.with([&](auto& calls) -> std::optional<Held> {
        const auto entry = calls.find(call_sid);
        if (entry == calls.end()) return std::nullopt;
        auto expiring = std::move(entry->second);
        calls.erase(entry);
        if (expiring.expires <= now) return std::nullopt;
        return std::move(expiring.held);
    });
}

void Calls::forget_expired(TimePoint now)
{
    held_.with([now](auto& calls) {
        std::erase_if(calls, [now](const auto& entry) { return entry.second.expires <= now; });
    });
}

}  // namespace phony::hub
